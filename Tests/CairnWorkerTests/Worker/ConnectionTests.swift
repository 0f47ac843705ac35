import Postgres
import Testing

@testable import CairnWorker

/// How a worker connects.
@Suite struct ConnectionTests {
    @Test func `a worker that only polls names no statements, for a pooler may stand in between`() throws {
        var configuration = WorkerConfiguration(databaseURL: "postgresql:///x", namespaces: ["test"])
        let handlers = StockHandlers.all()
        #expect(try Worker(configuration: configuration, handlers: handlers).postgres.statementCacheCapacity > 0)
        configuration.pollOnly = true
        #expect(try Worker(configuration: configuration, handlers: handlers).postgres.statementCacheCapacity == 0)
    }
}
