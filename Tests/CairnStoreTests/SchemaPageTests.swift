import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct SchemaPageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("docs/schema.md shows the schema as it is (CAIRN_WRITE_PAGES=1 writes it)")
    func schemaPage() async throws {
        let query = try String(contentsOf: Self.root.appending(path: "scripts/schema-page.sql"), encoding: .utf8)
        let page = Self.root.appending(path: "docs/schema.md")
        try await TestDatabase.with(connections: 1) { database in
            try await database.pool.execute("set search_path = cairn")
            let rendered = try #require(try await database.value("\(unescaped: query)")) + "\n"
            if ProcessInfo.processInfo.environment["CAIRN_WRITE_PAGES"] == "1" {
                try rendered.write(to: page, atomically: true, encoding: .utf8)
            }
            let written = try String(contentsOf: page, encoding: .utf8)
            let differences = rendered.split(separator: "\n").difference(from: written.split(separator: "\n"))
            #expect(
                differences.isEmpty,
                "the schema has changed: CAIRN_WRITE_PAGES=1 swift test --filter SchemaPageTests")
        }
    }

    @Test("every function that is called from outside says in psql what it is for")
    func functionComments() async throws {
        try await TestDatabase.with { database in
            let silent: String? = try await database.value(
                """
                select string_agg(p.proname, ', ') from pg_proc p
                where p.pronamespace = 'cairn'::regnamespace and p.prosecdef and p.prorettype <> 'trigger'::regtype
                  and obj_description(p.oid) is null
                """)
            #expect(silent == nil, "without a comment")
        }
    }
}
