import Postgres
import Testing

/// Every type goes to the server and back, at its extremes, alone and in arrays, with and without NULL.
@Suite struct RoundTripTests {
    private func check<Value: PostgresCodable & Equatable>(_ values: [Value], _ type: String) async throws {
        try await withPool(connections: 1) { pool in
            for value in values {
                let sql: PostgresQuery = "select \(value)::\(unescaped: type), null::\(unescaped: type)"
                let row = try await pool.queryFirst(sql, as: (Value, Value?).self)
                #expect(row?.0 == value)
                #expect(row?.1 == nil)
            }
            let all: PostgresQuery = "select \(values)::\(unescaped: type)[]"
            equal(try await pool.query(all, as: [Value].self), [values])
            let holes = [nil] + values.map(Optional.some) + [nil]
            let some: PostgresQuery = "select \(holes)::\(unescaped: type)[]"
            equal(try await pool.query(some, as: [Value?].self), [holes])
            let none: PostgresQuery = "select \([] as [Value])::\(unescaped: type)[]"
            equal(try await pool.query(none, as: [Value].self), [[]])
        }
    }

    @Test func bool() async throws { try await check([true, false], "bool") }
    @Test func int16() async throws { try await check([Int16.min, -1, 0, 1, .max], "int2") }
    @Test func int32() async throws { try await check([Int32.min, -1, 0, 1, .max], "int4") }
    @Test func int64() async throws { try await check([Int64.min, -1, 0, 1, .max], "int8") }
    @Test func int() async throws { try await check([Int.min, -1, 0, 1, .max], "int8") }
    @Test func float() async throws {
        try await check([0, -0.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity] as [Float], "float4")
    }
    @Test func double() async throws {
        try await check([0, 0.1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.infinity] as [Double], "float8")
    }
    @Test func string() async throws {
        try await check(["", " ", "hé 🐘", "a'b\"c\\d\n", String(repeating: "x", count: 100_000)], "text")
    }
    @Test func bytes() async throws {
        try await check([[], [0], Array(0...255), [UInt8](repeating: 7, count: 100_000)], "bytea")
    }
    @Test func jsonb() async throws { try await check([JSONB("{\"a\": [1, null]}"), JSONB("\"\"")], "jsonb") }
    @Test func uuid() async throws {
        try await check([PostgresUUID(high: 0, low: 0), PostgresUUID(high: .max, low: 1)], "uuid")
    }
    @Test func timestamp() async throws {
        let values = [
            PostgresTimestamp.infinity, .negativeInfinity, .init(microseconds: 0), .init(secondsSince1970: 0),
            .init(microsecondsSince1970: 1_700_000_000_123_456),
        ]
        try await check(values, "timestamptz")
    }
    @Test func jsonText() async throws {
        try await withPool(connections: 1) { pool in
            let text = JSONText("{\"b\":1,  \"a\":2}")
            equal(try await pool.query("select \(text)", as: JSONText.self), [text])
            equal(try await pool.query("select \([text, nil])", as: [JSONText?].self), [[text, nil]])
        }
    }
    @Test func `not a number`() async throws {
        try await withPool(connections: 1) { pool in
            equal(try await pool.queryFirst("select \(Double.nan)", as: Double.self)?.isNaN, true)
            equal(try await pool.queryFirst("select \(Float.nan)", as: Float.self)?.isNaN, true)
        }
    }
    @Test func `NULL of every kind`() async throws {
        try await withPool(connections: 1) { pool in
            let none: Int64? = nil
            equal(try await pool.query("select \(none)", as: Int64?.self), [nil])
            equal(try await pool.query("select \([String]?.none)", as: [String]?.self), [nil])
            equal(try await pool.query("select \("")", as: String?.self), [""])
        }
    }
    @Test func `thousands of documents in one parameter`() async throws {
        try await withPool(connections: 1) { pool in
            let documents = (0..<20_000).map { JSONB("{\"number\": \($0)}") }
            let sum: PostgresQuery = "select sum((d->>'number')::int8)::int8 from unnest(\(documents)) d"
            equal(try await pool.query(sum, as: Int64.self), [199_990_000])
        }
    }
    @Test(arguments: ["char(3)", "varchar", "name", "json", "jsonb"])
    func `text is read from its many types`(type: String) async throws {
        try await withPool(connections: 1) { pool in
            let query: PostgresQuery = "select '123'::\(unescaped: type)"
            equal(try await pool.query(query, as: String.self), ["123"])
        }
    }
    @Test func `an enum is read and bound as text`() async throws {
        enum Mood: String, PostgresCodable { case happy, sad }
        try await withPool(connections: 1) { pool in
            try await pool.execute("create type mood as enum ('happy', 'sad')")
            equal(try await pool.query("select \(Mood.sad)::mood", as: Mood.self), [.sad])
            equal(try await pool.query("select array['happy']::mood[]", as: [Mood].self), [[.happy]])
        }
    }
}
