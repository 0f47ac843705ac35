import Postgres
import Testing

@Suite struct DecodingTests {
    struct Person: PostgresRowDecodable, Equatable {
        var id: Int64
        var name: String?
        init(id: Int64, name: String?) { (self.id, self.name) = (id, name) }
        init(row: inout PostgresRowReader) throws {
            id = try row.next()
            name = try row.next()
        }
    }

    struct Named: PostgresRowDecodable {
        var name: String
        init(row: inout PostgresRowReader) throws { name = try row.column("name") }
    }

    @Test func `rows become values, by place and by name`() async throws {
        try await withPool(connections: 1) { pool in
            let people = try await pool.query("values (1::int8, 'a'), (2, null)", as: Person.self)
            #expect(people == [Person(id: 1, name: "a"), Person(id: 2, name: nil)])
            equal(try await pool.query("select 1 as id, 'b' as name", as: Named.self).first?.name, "b")
        }
    }

    @Test func `errors name the column and the type`() async throws {
        try await withPool(connections: 1) { pool in
            let null = await failure { _ = try await pool.query("select null::int8 as amount", as: Int64.self) }
            #expect(null?.code == .decoding)
            #expect(null?.message == "column \"amount\" as Int64: NULL where Int64 was asked for")
            let type = await failure { _ = try await pool.query("select 1.5 as amount", as: Double.self) }
            #expect(type?.message == "column \"amount\" as Double: numeric cannot be read as Double")
            let name = await failure { _ = try await pool.query("select 1 as amount", as: Named.self) }
            #expect(name?.message == "no column \"name\" (asked for as String); there are amount")
            let range = await failure { _ = try await pool.query("select 70000 as amount", as: Int16.self) }
            #expect(range?.message == "column \"amount\" as Int16: int4 out of range for Int16")
            let few = await failure { _ = try await pool.query("select 1::int8", as: (Int64, Int64).self) }
            #expect(few?.code == .decoding)
            let deep = await failure { _ = try await pool.query("select array[array[1]]", as: [Int32].self) }
            #expect(deep?.code == .decoding)
        }
    }

    @Test(
        arguments: [
            (0, "2000-01-01T00:00:00.000000Z"), (-1, "1999-12-31T23:59:59.999999Z"),
            (762_523_261_000_007, "2024-02-29T12:01:01.000007Z"),
            (-63_082_281_600_000_000, "0001-01-01T00:00:00.000000Z"),
            (.max, "infinity"), (.min, "-infinity"),
        ] as [(Int64, String)])
    func `moments are written as RFC 3339`(microseconds: Int64, text: String) {
        #expect(PostgresTimestamp(microseconds: microseconds).description == text)
    }

    @Test func `moments are converted from and to seconds since 1970`() {
        #expect(PostgresTimestamp(secondsSince1970: 946_684_800).microseconds == 0)
        #expect(PostgresTimestamp(secondsSince1970: 0.000_001).microsecondsSince1970 == 1)
        #expect(PostgresTimestamp(secondsSince1970: .infinity) == .infinity)
        #expect(PostgresTimestamp(secondsSince1970: -.infinity) == .negativeInfinity)
        #expect(PostgresTimestamp(microsecondsSince1970: 5).secondsSince1970 == 0.000_005)
    }

    @Test func `the server writes moments the same way`() async throws {
        try await withPool(connections: 1) { pool in
            let times = (0..<500).map { number in
                PostgresTimestamp(microseconds: Int64(number) * 7_654_321_987_654 - 2_000_000_000_000_000)
            }
            let texts = try await pool.query(
                "select to_char(t at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from unnest(\(times)) t",
                as: String.self)
            #expect(texts == times.map(\.description))
        }
    }
}
