import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

/// A database with one worker that does as it is told, for tests that care what becomes of tasks.
struct Scene: Sendable {
    let database: TestDatabase
    let worker: Int64

    static func with(_ body: (Scene) async throws -> Void) async throws {
        // One connection, so that the clock of the session is everybody's.
        try await TestDatabase.with(connections: 1) { database in
            try await body(Scene(database: database, worker: try await database.worker(lease: .seconds(864_000_000))))
        }
    }

    /// Registers a template of steps given as `a`, `b < a` or `c < a b`, with more keys for some of them.
    func register(
        _ steps: [String], _ keys: [String: String] = [:], name: String = "t", extra: String = ""
    ) async throws {
        let rendered = steps.map { step in
            let parts = step.split(separator: "<").map { $0.split(separator: " ").map(String.init) }
            let list = (parts.count > 1 ? parts[1] : []).map { "\"\($0)\"" }.joined(separator: ",")
            let more = keys[parts[0][0]].map { "," + $0 } ?? ""
            return #"{"name":"\#(parts[0][0])","handler":"cairn.echo","depends_on":[\#(list)]\#(more)}"#
        }
        try await database.register(
            """
            {"namespace":"test","name":"\(name)","version":"1.0.0"\(extra),
             "defaults":{"retry":{"max_attempts":2,"backoff":"fixed","base":"10s","jitter":0}},
             "steps":[\(rendered.joined(separator: ","))]}
            """)
    }

    func claim(_ want: Int32 = 10) async throws -> [ClaimedStep] {
        try await database.store.exchange(ExchangeRequest(workerID: worker, want: want)).claimed
    }

    @discardableResult
    func settle(_ steps: [ClaimedStep], _ outcome: SettleOutcome = .succeeded, message: String = "it broke")
        async throws
        -> [AttemptKey]
    {
        let payload = outcome == .succeeded ? #"{"ok":true}"# : #"{"code":"broken","message":"\#(message)"}"#
        return try await database.store.exchange(
            ExchangeRequest(
                workerID: worker,
                settlements: steps.map {
                    Settlement(
                        taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: outcome,
                        payload: JSONB(payload))
                }, want: 0)
        ).refused
    }

    /// Settles steps that succeeded, and gives what the same call claimed: first of all what goes on.
    func goOn(_ steps: [ClaimedStep], want: Int32) async throws -> [ClaimedStep] {
        try await database.store.exchange(
            ExchangeRequest(
                workerID: worker,
                settlements: steps.map {
                    Settlement(
                        taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: .succeeded, payload: nil)
                }, want: want,
                floors: [ClaimFloor(namespaceID: steps[0].namespaceID, rank: steps[0].rank, taskID: steps[0].taskID)])
        ).claimed
    }

    /// Claims and settles until nothing is ready: steps of these names end as told, all others succeed.
    func work(_ outcomes: [String: SettleOutcome] = [:]) async throws {
        while true {
            let claimed = try await claim()
            if claimed.isEmpty { return }
            for step in claimed {
                let name = try await name(of: step)
                try await settle([step], outcomes[name] ?? .succeeded)
            }
        }
    }

    func name(of step: ClaimedStep) async throws -> String {
        try await text(
            "select name from cairn.template_steps where template_id = \(step.templateID) and step_no = \(step.stepNo)")
    }

    /// Lets time pass, and a server sweep.
    @discardableResult
    func pass(_ seconds: Int) async throws -> SweepReport {
        let now = try await database.value("select coalesce(current_setting('cairn.clock_offset', true), '')") ?? ""
        let before = Int(now.split(separator: " ").first ?? "0") ?? 0
        try await database.pool.execute(
            "select set_config('cairn.clock_offset', \("\(before + seconds) s"), false)")
        return try await database.store.sweep()
    }

    /// The state of a task and of its steps: `error: a error, b pending`.
    func states(_ task: Int64) async throws -> String {
        try await text(
            """
            select t.state || ': ' || (select string_agg(s.name || ' ' || s.state, ', ' order by s.step_no)
              from cairn.steps s where s.task_id = t.id)
            from cairn.tasks t where t.id = \(task)
            """)
    }

    func text(_ query: PostgresQuery) async throws -> String {
        try await database.pool.query(query, as: String?.self).first.flatMap { $0 } ?? ""
    }

    func texts(_ query: PostgresQuery) async throws -> [String] {
        try await database.pool.query(query, as: String.self)
    }

    /// Calls a function of an operator: `cancel_task(1, 'me', 'why')`. Gives what it says, or `CN409 task_ended`.
    @discardableResult
    func call(_ function: String) async throws -> String {
        do {
            return try await database.pool.query(
                PostgresQuery(unescaped: "select coalesce((cairn.\(function))::text, '')"), as: String.self)[0]
        } catch let error as PostgresError where error.sqlState?.hasPrefix("CN") == true {
            return "\(error.sqlState ?? "") \(error.hint ?? "")"
        }
    }

    /// Tasks whose counters or states are not what their steps say.
    func broken() async throws -> [String] {
        try await texts(
            """
            select task_id || ': ' || what from cairn.broken_tasks(array(
              select id from cairn.task_core where state < 'complete'))
            """)
    }
}

extension JSONB {
    /// The document as the database wrote it.
    var written: String { String(decoding: bytes, as: UTF8.self) }
}

extension Scene {
    func value(_ query: PostgresQuery) async throws -> Int64 {
        try await database.pool.query(query, as: Int64.self)[0]
    }
}
