import CairnModel
import Logging
import Testing

@testable import CairnStore
@testable import CairnWorker

/// Which handlers run on the thread that talks to the database.
@Suite struct InPlaceTests {
    private func runsInPlace(_ handler: String, inputBytes: Int = 10) throws -> Bool {
        let handlers = try HandlerRegistry(StockHandlers.all() + [ClosureHandler { input, _ in input }])
        let runner = StepRunner(handlers: handlers, maxResultBytes: 1_000_000, logger: Logger(label: "test"))
        let input = JSON.string(String(repeating: "x", count: inputBytes)).bytes
        return runner.runsInPlace(StepJob.example(handler: handler, input: input))
    }

    @Test func `a small echo does`() throws { #expect(try runsInPlace("cairn.echo")) }

    @Test func `a large one does not`() throws { #expect(try !runsInPlace("cairn.echo", inputBytes: 100_000)) }

    @Test(arguments: ["cairn.sleep", "cairn.fail", "cairn.http", "cairn.process", "test.run", "unknown"])
    func `no other does`(handler: String) throws { #expect(try !runsInPlace(handler)) }
}
