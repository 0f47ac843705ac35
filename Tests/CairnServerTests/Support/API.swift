import CairnModel
import CairnOrchestrator
import CairnServer
import CairnStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Postgres
import TestSupport

/// The server's application over a database of its own, for one test.
struct API: Sendable {
    let client: any TestClientProtocol
    let store: Store
    let intake: TaskIntake
    let routes: [Route]
    let troubles: Troubles

    private static let migrated = Task {
        try await TestCluster.shared.template(named: "server") { url in
            let pool = PostgresPool(configuration: try Store.configuration(url: url, applicationName: "tests"))
            _ = try await Store(pool: pool).migrate()
            await pool.close()
        }
    }

    /// The URL of a new database that is migrated.
    static func database() async throws -> String {
        try await TestCluster.shared.database(named: "server", template: migrated.value)
    }

    /// Runs `body` against a new application.
    static func test(
        _ setup: TestingSetup = .router, options: ServerOptions = ServerOptions(), isOpen: Bool = true,
        limits: IntakeLimits = IntakeLimits(), _ body: @escaping @Sendable (API) async throws -> Void
    ) async throws {
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        let configuration = try Store.configuration(url: await database(), applicationName: "tests")
        let pool = PostgresPool(configuration: configuration)
        let store = Store(pool: pool)
        let intake = TaskIntake(store: store, limits: limits)
        let gate = StartGate()
        if isOpen { gate.open() }
        let troubles = Troubles()
        let dependencies = Dependencies(store: store, intake: intake, gate: gate, troubles: troubles)
        let application = buildApplication(dependencies, options: options, logger: logger)
        let routes = CairnServer.routes(dependencies, options: options)
        try await withThrowingTaskGroup { group in
            group.addTask { try await intake.run() }
            try await application.test(setup) { client in
                try await body(API(client: client, store: store, intake: intake, routes: routes, troubles: troubles))
            }
            group.cancelAll()
        }
        await pool.close()
    }
}

/// An answer of the API.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    /// The body as JSON.
    var json: JSON { get throws { try JSON.parse(text) } }
    /// The code of a problem.
    var code: String? { get throws { try json["code"]?.stringValue } }
    /// The media type.
    var type: String? { headers[.contentType] }
}

extension API {
    /// Sends a request.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, type: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let type { headers[.contentType] = type }
        return try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ) { response in
            Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
        }
    }

    /// Gets something.
    func get(_ path: String) async throws -> Answer { try await send(.get, path) }

    /// Posts JSON.
    func post(_ path: String, _ body: String, type: String = "application/json") async throws -> Answer {
        try await send(.post, path, body, type: type)
    }

    /// Registers a template of echo steps in a row.
    @discardableResult
    func register(_ name: String = "chain", extra: String = "", steps: Int = 2) async throws -> Answer {
        try await post("/v1/templates", chainTemplate(name, extra: extra, steps: steps))
    }

    /// Submits a task and returns its id.
    func submit(_ members: String = "", template: String = "chain") async throws -> Int64 {
        let answer = try await post("/v1/tasks", request(members, template: template))
        guard let id = try answer.json["id"]?.intValue else { throw CairnError(.internal, answer.text) }
        return id
    }

    /// How many tasks there are.
    func count() async throws -> Int64 {
        try await store.pool.queryFirst("select count(*) from cairn.tasks", as: Int64.self) ?? -1
    }
}

/// A template of echo steps in a row.
func chainTemplate(_ name: String = "chain", extra: String = "", steps: Int = 2) -> String {
    let list = (1...steps).map { step in
        #"{"name": "s\#(step)", "handler": "cairn.echo"\#(step > 1 ? #", "depends_on": ["s\#(step - 1)"]"# : "")}"#
    }
    return
        #"{"namespace": "t", "name": "\#(name)", "version": "1.0.0"\#(extra), "steps": [\#(list.joined(separator: ", "))]}"#
}

/// The body of a request for a task.
func request(_ members: String = "", template: String = "chain") -> String {
    #"{"namespace": "t", "template_name": "\#(template)"\#(members.isEmpty ? "" : ", " + members)}"#
}
