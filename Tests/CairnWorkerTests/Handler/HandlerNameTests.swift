import CairnModel
import CairnWorker
import Testing

/// Which names handlers may have.
@Suite struct HandlerNameTests {
    private struct Impostor: RawStepHandler {
        static let name = "cairn.mail"
        func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] { input }
    }

    private let configuration = WorkerConfiguration(databaseURL: "postgresql:///x", namespaces: ["a"])

    @Test func `the stock handlers of a worker are those that templates are checked against`() throws {
        let worker = try Worker(configuration: configuration, handlers: StockHandlers.all())
        #expect(worker.handlerNames == StockHandler.all.map(\.name).sorted())
        #expect(worker.handlerNames.allSatisfy { $0.hasPrefix(StockHandler.prefix) })
    }

    @Test func `no other handler may have their prefix`() {
        let error = #expect(throws: CairnError.self) {
            try Worker(configuration: configuration, handlers: [Impostor()])
        }
        #expect(error?.message == "\"cairn.mail\" is no stock handler, and only those begin with \"cairn.\"")
        #expect(error?.hint == "give it a name of your own, such as \"example.mail\"")
    }
}
