/// Reads the columns of one row, in order or by name.
public struct PostgresRowReader {
    private let result: PostgresResult
    private let columnCount: Int
    private var row = 0
    private var column = 0
    private var columnsByName: [String: Int] = [:]

    init(result: PostgresResult) {
        self.result = result
        columnCount = result.columnCount
    }

    mutating func move(to row: Int) {
        self.row = row
        column = 0
    }

    /// How many columns have not been read by `next` yet.
    public var remaining: Int { columnCount - column }

    /// The value of the next column.
    public mutating func next<Value: PostgresDecodable>(_ type: Value.Type = Value.self) throws -> Value {
        guard column < columnCount else {
            throw PostgresError(
                code: .decoding,
                message: "column \(column + 1) was asked for as \(Value.self), but there are only \(columnCount)")
        }
        defer { column += 1 }
        return try decode(column, as: type)
    }

    /// Leaves a column out.
    public mutating func skip() { column += 1 }

    /// The value of the column of this name.
    public mutating func column<Value: PostgresDecodable>(_ name: String, as type: Value.Type = Value.self) throws
        -> Value
    {
        if columnsByName.isEmpty {
            for index in (0..<columnCount).reversed() { columnsByName[result.columnName(index)] = index }
        }
        guard let index = columnsByName[name] else {
            throw PostgresError(
                code: .decoding,
                message: "no column \"\(name)\" (asked for as \(Value.self)); there are "
                    + result.columns.joined(separator: ", "))
        }
        return try decode(index, as: type)
    }

    private func decode<Value: PostgresDecodable>(_ index: Int, as type: Value.Type) throws -> Value {
        try withExtendedLifetime(result) {
            do {
                return try Value(postgres: result.cell(row: row, column: index))
            } catch var error as PostgresError {
                error.message = "column \"\(result.columnName(index))\" as \(Value.self): " + error.message
                throw error
            }
        }
    }
}

/// Something that is made of one row.
public protocol PostgresRowDecodable {
    /// Reads the columns, mostly by `row.next()` in their order.
    init(row: inout PostgresRowReader) throws
}
