import CairnHooks
import CairnModel
import CairnOrchestrator
import CairnStore
import Foundation
import Logging
import Postgres
import TestSupport

/// A database with a template, whose tasks end as they are told, and deliveries from it.
struct HookWorld: Sendable {
    let database: TestDatabase
    let worker: Int64

    var store: Store { database.store }

    /// The secret that the tests sign with.
    static let secret = "whsec_" + Data("a secret that is no secret".utf8).base64EncodedString()

    /// `body` with a database of its own; one connection, so that setting its clock sets all there is.
    static func with(connections: Int = 1, _ body: (HookWorld) async throws -> Void) async throws {
        try await TestDatabase.with(connections: connections) { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            try await database.register(echoTemplate("two", [("a", []), ("b", ["a"])]))
            try await body(HookWorld(database: database, worker: try await database.worker()))
        }
    }

    /// Submits a task that is to tell `url` of its end.
    func submit(_ url: String, template: String = "one", more: String = "") async throws -> Int64 {
        try await database.submit(template, options: #"{"callback_url": \#(JSON.string(url))\#(more)}"#)
    }

    /// Runs the next step of the oldest task to an outcome.
    func runStep(_ outcome: SettleOutcome = .succeeded, payload: String = #"{"paid": 12.50}"#) async throws {
        let step = try await store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
        let settlement = Settlement(
            taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, outcome: outcome, payload: JSONB(payload))
        _ = try await store.exchange(ExchangeRequest(workerID: worker, settlements: [settlement], want: 0))
    }

    /// A task that has completed, and waits for its hook to be delivered.
    @discardableResult
    func completed(_ url: String, more: String = "") async throws -> Int64 {
        let id = try await submit(url, more: more)
        try await runStep()
        return id
    }

    /// Deliveries as a server makes them; `allowing` is empty for a server that was allowed nothing.
    func delivery(
        allowing: [String] = ["127.0.0.0/8"], secrets: [String] = [Self.secret], timeout: Duration = .seconds(15),
        trusting certificates: String? = nil, logger: Logger = .silent,
        lookup: DirectHookClient.Lookup? = nil
    ) throws -> HookDelivery {
        let client = DirectHookClient(
            rules: try CallbackRules(allowing: allowing), timeout: timeout, trusting: certificates, lookup: lookup)
        let signer = WebhookSigner(secrets: try secrets.map { try WebhookSecret($0) })
        return HookDelivery(store: store, client: client, signer: signer, logger: logger)
    }

    /// Sets the clock of the database.
    func setClock(_ offset: String) async throws {
        try await database.pool.execute("select set_config('cairn.clock_offset', \(offset), false)")
    }

    /// What a hook of a task is like, the first unless there are more.
    func hook(_ taskID: Int64? = nil) async throws -> JSON {
        var filter = HookFilter()
        filter.taskID = taskID
        return try JSON.parse(try await store.hooks(filter).bytes)["hooks"]?.arrayValue?.last ?? .null
    }

    /// In how many seconds the hook is tried again.
    func wait() async throws -> Double {
        try await database.value(
            "select extract(epoch from next_at - cairn.clock())::float8 from cairn.hooks", as: Double.self) ?? -1
    }
}

extension Logger {
    /// Says nothing.
    static let silent: Logger = {
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        return logger
    }()
}
