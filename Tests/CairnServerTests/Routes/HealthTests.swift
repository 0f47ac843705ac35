import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres
import Testing

@Suite struct HealthTests {
    @Test func `ready when migrated and started`() async throws {
        try await API.test { (api) async throws in
            #expect(try await api.get("/health").json["status"] == "healthy")
            #expect(try await api.get("/health/live").status == 200)
            #expect(try await api.get("/health/ready").status == 200)
        }
    }

    @Test func `not ready before`() async throws {
        try await API.test(isOpen: false) { (api) async throws in
            #expect(try await api.get("/health").json["status"] == "degraded")
            let answer = try await api.get("/health/ready")
            #expect(answer.status == 503)
            #expect(try answer.code == "not_ready")
            #expect(answer.headers[.retryAfter] != nil)
        }
    }

    @Test func `without the schema requests are answered with 503`() async throws {
        try await API.test { (api) async throws in
            _ = try await api.store.pool.execute("drop schema cairn cascade")
            #expect(try await api.get("/health/ready").status == 503)
            for answer in [try await api.get("/v1/tasks"), try await api.post("/v1/tasks", request())] {
                #expect(answer.status == 503)
                #expect(try answer.code == "not_ready")
                #expect(!answer.text.contains("cairn.tasks_json"))
            }
        }
    }
}
