public import CairnModel

/// One incarnation of a worker: a restart is another.
public struct WorkerObject: APIObject {
    /// The worker as the server wrote it.
    public let json: JSON
    /// Its number.
    public let id: Int64
    /// Its name.
    public let name: String
    /// `live`, `draining`, `stopped` or `lost`.
    public let state: String

    /// Reads a worker.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        id = try json.int("id")
        name = try json.text("name")
        state = try json.text("state")
    }

    /// Where it runs.
    public var host: String? { json["host"]?.stringValue }
    /// Its process there.
    public var processID: Int64? { json["pid"]?.intValue }
    /// Whose steps it runs.
    public var namespaces: [String] { json.texts("namespaces") }
    /// What it can run.
    public var handlers: [String] { json.texts("handlers") }
    /// How many steps it runs at once at most.
    public var concurrency: Int { Int(json["concurrency"]?.intValue ?? 0) }
    /// How many it runs now.
    public var running: Int { Int(json["running"]?.intValue ?? 0) }
    /// When it last said that it is there.
    public var heartbeatAt: Timestamp? { json.time("heartbeat_at") }
}

/// A namespace.
public struct NamespaceObject: APIObject {
    /// The namespace as the server wrote it.
    public let json: JSON
    /// Its name.
    public let name: String

    /// Reads a namespace.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        name = try json.text("name")
    }

    /// How many templates it has.
    public var templates: Int { Int(json["templates"]?.intValue ?? 0) }
    /// How many live workers it has.
    public var liveWorkers: Int { Int(json["live_workers"]?.intValue ?? 0) }
    /// Since when nothing new starts in it; nil when it is not paused.
    public var pausedAt: Timestamp? { json.time("paused_at") }
    /// Who paused it.
    public var pausedBy: String? { json["paused_by"]?.stringValue }
    /// Why.
    public var pausedReason: String? { json["paused_reason"]?.stringValue }
}

/// How a server is.
public struct Health: Sendable {
    /// Whether it works: connected and migrated.
    public let isReady: Bool
    /// Why not.
    public let reason: String?
    /// The answer as the server wrote it, if it was JSON.
    public let json: JSON?
}
