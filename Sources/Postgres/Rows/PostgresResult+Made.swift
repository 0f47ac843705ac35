import CLibPQ

extension PostgresResult {
    /// A result with these rows, each of values in binary form, as if a server had sent it: to measure or to test what
    /// reads rows without one. All rows have the columns of the first.
    package convenience init(rows: [PostgresBinds]) throws {
        guard let made = PQmakeEmptyPGresult(nil, PGRES_TUPLES_OK) else { throw Self.noMemory }
        self.init(made)
        var descriptions = (rows.first?.types ?? []).map { type in
            PGresAttDesc(
                name: nil, tableid: 0, columnid: 0, format: 1, typid: type.rawValue, typlen: -1, atttypmod: -1)
        }
        let isDescribed = "?column?".withCString { name in
            for index in descriptions.indices { descriptions[index].name = UnsafeMutablePointer(mutating: name) }
            // libpq copies the names.
            return PQsetResultAttrs(made, Int32(descriptions.count), &descriptions) != 0
        }
        guard isDescribed else { throw Self.noMemory }
        for (row, binds) in rows.enumerated() {
            var bytes = binds.buffer.bytes
            for (column, value) in binds.values.enumerated() {
                let isSet = bytes.withUnsafeMutableBytes { bytes in
                    // No length is NULL.
                    let start = bytes.baseAddress.map { ($0 + value.offset).assumingMemoryBound(to: CChar.self) }
                    return PQsetvalue(
                        made, Int32(row), Int32(column), value.length == nil ? nil : start, Int32(value.length ?? -1))
                        != 0
                }
                guard isSet else { throw Self.noMemory }
            }
        }
    }

    private static var noMemory: PostgresError {
        PostgresError(code: .unsupported, message: "libpq could not make a result of these rows")
    }
}
