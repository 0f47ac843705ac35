import CairnModel
import CairnOrchestrator
import CairnStore
import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct TemplateFolderTests {
    private func template(_ name: String, version: String = "1.0.0", extra: String = "") -> String {
        """
        {
          "namespace": "shop",
          "name": "\(name)",
          "version": "\(version)",
          "steps": [
            { "name": "only", "handler": "cairn.echo"\(extra) }
          ]
        }
        """
    }

    /// Writes files below a folder `shop`, registers them, and deletes them.
    private func register(_ files: [String: String], in store: Store) async throws -> [TemplateFileOutcome] {
        let root = FileManager.default.temporaryDirectory.appending(path: "cairn \(UUID().uuidString)")
        let folder = root.appending(path: "shop")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: "\(name).json")) }
        return try await TemplateFolder(path: root.path(percentEncoded: false), shownAs: "Templates").register(
            in: store)
    }

    @Test func `a file with errors is skipped with all of them, and the others are registered`() async throws {
        try await TestDatabase.with { database in
            let outcomes = try await register(
                [
                    "bad": template("bad", extra: #", "retry": { "max_attempts": 0 }, "timeoot": "1s""#),
                    "cut": #"{ "name": "cut","#, "good": template("good"),
                ], in: database.store)
            #expect(outcomes.map(\.path) == ["bad", "cut", "good"].map { "Templates/shop/\($0).json" })
            #expect(outcomes.map(\.end) == [.skipped(inUse: nil), .skipped(inUse: nil), .registered])
            let lines = outcomes[0].issues.map(\.description)
            #expect(lines.count == 2)
            #expect(
                lines.contains { $0.hasPrefix("Templates/shop/bad.json:6:") && $0.contains("(at /steps/0/timeoot)") })
            #expect(outcomes[1].issues.first?.description.hasPrefix("Templates/shop/cut.json:1:") == true)
            #expect(outcomes[0].skipMessage == "Templates/shop/bad.json is skipped: its template is not registered")
        }
    }

    @Test func `a path that only PostgreSQL can judge is found in its place`() async throws {
        try await TestDatabase.with { database in
            let outcomes = try await register(
                ["path": template("path", extra: #", "input": { "a": "$.context.a ? (" }"#)], in: database.store)
            #expect(outcomes.first?.end == .skipped(inUse: nil))
            let line = try #require(outcomes.first?.issues.first?.description)
            #expect(line.hasPrefix("Templates/shop/path.json:6:") && line.hasSuffix("(at /steps/0/input/a)"), "\(line)")
        }
    }

    @Test func `a changed file of a registered version is skipped, and what is registered stays in use`() async throws {
        try await TestDatabase.with { database in
            let first = try await register(["hello": template("hello")], in: database.store)
            #expect(first.map(\.end) == [.registered])
            let again = try await register(["hello": template("hello")], in: database.store)
            #expect(again.map(\.end) == [.known])

            let changed = template("hello", extra: #", "timeout": "1m""#)
            let outcome = try #require(try await register(["hello": changed], in: database.store).first)
            #expect(outcome.end == .skipped(inUse: "shop/hello 1.0.0"))
            #expect(
                outcome.issues.map(\.description) == [
                    "Templates/shop/hello.json:4:14: error: shop/hello 1.0.0 is registered with other content, and a "
                        + "registered version never changes; change \"version\" to register it as a new one (at /version)"
                ])
            #expect(
                outcome.skipMessage
                    == "Templates/shop/hello.json is skipped: shop/hello 1.0.0 stays in use as it was registered")

            let broken = try await register(["hello": "{"], in: database.store)
            #expect(broken.map(\.end) == [.skipped(inUse: "shop/hello 1.0.0")], "its place says which one it is")
            let raised = template("hello", version: "1.1.0", extra: #", "timeout": "1m""#)
            #expect(try await register(["hello": raised], in: database.store).map(\.end) == [.registered])
        }
    }
}
