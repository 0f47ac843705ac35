import CairnModel
import EmbeddedPostgres
import Foundation
import Testing

@Suite struct MigrateTests {
    @Test func itSaysWhichRolesItMadeAndWhichItFound() async throws {
        try await Program.withDirectory { directory in
            let database = try await EmbeddedPostgres(
                dataDirectory: directory + "/postgres", settings: ["fsync": "off"]
            ).start()
            func migrate(_ arguments: String...) async throws -> String {
                let outcome = try await Program.run(["migrate", "--database-url", database.url] + arguments)
                #expect(outcome.status == 0, "\(outcome.errors)")
                return outcome.output
            }
            #expect(try JSON.parse(try await migrate("--json"))["roles"] == nil, "nobody asked for roles")
            let first = try await migrate("--roles")
            let second = try await migrate("--roles")
            for role in ["cairn_auditor", "cairn_server", "cairn_worker"] {
                #expect(first.contains("✔ role \(role) is made\n"), "\(first)")
                #expect(second.contains("– role \(role) was there; it has what it needs\n"), "\(second)")
            }
            let third = try JSON.parse(try await migrate("--roles", "--json"))
            #expect(third["roles"]?["made"] == [] && third["roles"]?["found"]?.arrayValue?.count == 3)
            await database.stop()
        }
    }
}
