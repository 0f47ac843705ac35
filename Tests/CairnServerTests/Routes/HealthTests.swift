import CairnModel
import CairnOrchestrator
import CairnStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
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

    @Test func `says since when and why it cannot sweep, stays ready, and does the rest meanwhile`() async throws {
        try await API.test { (api) async throws in
            // There has to be something to do: a worker that has fallen silent.
            _ = try await api.worker()
            try await api.store.pool.execute("update cairn.workers set heartbeat_at = heartbeat_at - interval '1 day'")
            let last = try await api.store.pool.queryFirst(
                """
                select inhrelid::regclass::text from pg_inherits
                where inhparent = 'cairn.task_history'::regclass and inhrelid::regclass::text ~ 'w[0-9]+$'
                order by 1 desc limit 1
                """, as: String.self)
            let partition = try #require(last)
            try await api.store.pool.runScript(
                """
                alter function cairn.expire_workers() rename to gone;
                drop table \(partition)
                """)
            let gate = StartGate()
            gate.open()
            var logger = Logger(label: "tests")
            logger.logLevel = .critical
            let sweeper = Sweeper(
                store: api.store, gate: gate, plan: SweepPlan(interval: .milliseconds(10)), troubles: api.troubles,
                logger: logger)
            try await withThrowingTaskGroup { group in
                group.addTask { try await sweeper.run() }
                func wait(_ isSo: () async throws -> Bool) async throws {
                    let deadline = ContinuousClock.now + .seconds(30)
                    while try await !isSo(), ContinuousClock.now < deadline {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                var health: JSON = [:]
                func wait(for status: JSON) async throws {
                    try await wait {
                        health = try await api.get("/health").json
                        return health["status"] == status
                    }
                    #expect(health["status"] == status)
                }
                try await wait(for: "degraded")
                #expect(health["ready"] == true)
                #expect(health["failing"]?.arrayValue?.map { $0["duty"] } == ["sweep"])
                #expect(health["failing"]?[0]?["error"]?.stringValue?.contains("expire_workers") == true)
                let since = try #require(health["failing"]?[0]?["since"]?.stringValue)
                #expect(health["reason"]?.stringValue?.contains("since \(since): PostgresError") == true)
                #expect(try await api.get("/health/ready").status == 200)
                func isMade() async throws -> Bool? {
                    try await api.store.pool.queryFirst("select to_regclass(\(partition)) is not null", as: Bool.self)
                }
                try await wait { try await isMade() == true }
                #expect(try await isMade() == true, "the partitions do not wait for the sweep")
                try await api.store.pool.runScript(
                    "alter function cairn.gone() rename to expire_workers")
                try await wait(for: "healthy")
                #expect(health["failing"] == [] && health["reason"] == .null)
                group.cancelAll()
            }
        }
    }

    @Test func `the first failure of a row says since when, the last one why`() {
        let troubles = Troubles()
        troubles.failed(.retention, CairnError(.internal, "one"), at: Date(timeIntervalSince1970: 0))
        troubles.failed(.retention, CairnError(.internal, "two"), at: Date(timeIntervalSince1970: 60))
        troubles.failed(.sweep, CairnError(.internal, "three"), at: Date(timeIntervalSince1970: 90))
        #expect(troubles.all.map(\.sinceText) == ["1970-01-01T00:01:30Z", "1970-01-01T00:00:00Z"])
        #expect(troubles.all.map(\.error) == ["three", "two"])
        troubles.succeeded(.sweep)
        #expect(troubles.all.map(\.duty) == [.retention])
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
