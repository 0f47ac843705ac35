import CLibPQ

/// What one statement returned: rows that are decoded when they are asked for, and a count.
///
/// It owns memory of libpq that nobody writes any more, so it may be read from anywhere.
public final class PostgresResult: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    /// How many rows there are.
    public var count: Int { Int(PQntuples(pointer)) }

    /// How many rows the statement inserted, changed, deleted, or returned.
    public var rowsAffected: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    /// The command's tag, such as `COMMIT`.
    var tag: String { String(cString: PQcmdStatus(pointer)) }

    /// The names of the columns.
    public var columns: [String] { (0..<columnCount).map(columnName) }

    var columnCount: Int { Int(PQnfields(pointer)) }

    func columnName(_ column: Int) -> String {
        PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? "?"
    }

    func columnType(_ column: Int) -> PostgresType { PostgresType(rawValue: PQftype(pointer, Int32(column))) }

    /// A field. Its bytes stay valid while this object lives.
    func cell(row: Int, column: Int) -> PostgresCell {
        let (row, column) = (Int32(row), Int32(column))
        let type = PostgresType(rawValue: PQftype(pointer, column))
        if PQgetisnull(pointer, row, column) != 0 { return PostgresCell(type: type, bytes: nil) }
        let length = Int(PQgetlength(pointer, row, column))
        return PostgresCell(
            type: type, bytes: UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, column), count: length))
    }
}

extension PostgresResult {
    /// The rows, each decoded.
    public func rows<Row: PostgresRowDecodable>(as type: Row.Type) throws -> [Row] {
        try map { try Row(row: &$0) }
    }

    /// The rows of one column, each decoded.
    public func rows<Value: PostgresDecodable>(as type: Value.Type) throws -> [Value] {
        try map { try $0.next(Value.self) }
    }

    /// The rows of two or more columns, each decoded as a tuple.
    public func rows<First: PostgresDecodable, Second: PostgresDecodable, each Rest: PostgresDecodable>(
        as type: (First, Second, repeat each Rest).Type
    ) throws -> [(First, Second, repeat each Rest)] {
        try map { row in
            (try row.next(First.self), try row.next(Second.self), repeat try row.next((each Rest).self))
        }
    }

    /// The rows, each turned into something by `body`.
    public func map<Row>(_ body: (inout PostgresRowReader) throws -> Row) throws -> [Row] {
        let count = count
        var rows: [Row] = []
        rows.reserveCapacity(count)
        var reader = PostgresRowReader(result: self)
        for row in 0..<count {
            reader.move(to: row)
            rows.append(try body(&reader))
        }
        return rows
    }
}
