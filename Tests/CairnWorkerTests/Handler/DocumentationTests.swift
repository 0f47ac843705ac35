import CairnModel
import CairnWorker
import Foundation
import TestSupport
import Testing

@testable import example_worker

/// docs/handlers.md says what is so.
@Suite struct DocumentationTests {
    private static func page() throws -> String { try file("docs/handlers.md") }

    private static func file(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func `the program is the example that is compiled`() async throws {
        #expect(try Self.page().contains("```swift\n\(try Self.file("Sources/example-worker/main.swift"))```"))
        #expect(try await run(Greet(), input: ["name": "Ada"]) == ["greeting": "Hello, Ada!"])
        let failure = try await failure(Greet(), input: ["name": ""])
        #expect(failure.kind == .permanent)
    }

    @Test(arguments: [("--help", Int32(0)), ("-h", 0), ("--namespace", 2)])
    func `the program says what it is when asked, and starts no worker`(argument: String, code: Int32) async throws {
        let program = try Program("example-worker", [argument], environment: ["DATABASE_URL": "postgresql:///nowhere"])
        #expect(try await program.exitCode() == code)
        #expect(program.said.hasPrefix("A worker of the namespace example"))
    }

    @Test func `the package asks for what this one has`() throws {
        let blocks = try Self.page().components(separatedBy: "```swift\n")
        let manifest = try #require(blocks.first { $0.hasPrefix("// swift-tools-version") })
        let own = try Self.file("Package.swift")
        #expect(manifest.split(separator: "\n").first == own.split(separator: "\n").first)
        let packages = manifest.matches(of: /\.package\(url: [^)]*\)/).map { String($0.output) }
        #expect(packages.count == 2)
        #expect(packages.allSatisfy { own.contains($0) })
        #expect(own.contains(#".library(name: "CairnWorker", targets: ["CairnWorker"])"#))
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
