import CairnModel
import CairnWorker
import Foundation
import Testing

/// docs/handlers.md says what is so.
@Suite struct DocumentationTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    private static func page() throws -> String {
        try String(contentsOf: folder.appending(path: "../../../docs/handlers.md").standardized, encoding: .utf8)
    }

    @Test func `the example is the file that the tests compile`() async throws {
        let example = try String(contentsOf: Self.folder.appending(path: "DocumentedHandler.swift"), encoding: .utf8)
        #expect(try Self.page().contains("```swift\n\(example)```"))
        #expect(try await run(Greet(), input: ["name": "Ada"]) == ["greeting": "Hello, Ada!"])
    }

    @Test func `every stock handler and its parameters are described`() throws {
        let page = try Self.page()
        for handler in StockHandler.all {
            #expect(page.contains("### `\(handler.name)`"))
            for parameter in handler.parameters { #expect(page.contains("| `\(parameter.name)` |")) }
        }
    }

    @Test func `every flag is described`() async throws {
        let page = try Self.page()
        let help = try await WorkerCommand.run(["--help"]).output
        let flags = help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) }
        #expect(flags.contains("--namespace"))
        for flag in Set(flags).subtracting(["--version", "--help"]) {
            #expect(page.contains("| `\(flag)` |"), "\(flag) is missing")
        }
    }
}
