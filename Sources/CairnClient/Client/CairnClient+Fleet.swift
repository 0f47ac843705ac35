public import CairnModel

extension CairnClient {
    /// Starts nothing new in a namespace; false when it was paused before.
    @discardableResult
    public func pause(namespace: String, _ whoAndWhy: WhoAndWhy) async throws(CairnClientError) -> ChangeObject {
        try await object(.post, "/v1/namespaces/\(encoded(namespace))/pause", body: whoAndWhy.json())
    }

    /// Ends the pause of a namespace; false when it was not paused.
    @discardableResult
    public func resume(namespace: String, _ whoAndWhy: WhoAndWhy) async throws(CairnClientError) -> ChangeObject {
        try await object(.post, "/v1/namespaces/\(encoded(namespace))/resume", body: whoAndWhy.json())
    }

    /// Asks a worker to finish what it runs and leave; false when it is leaving already.
    @discardableResult
    public func drain(worker: Int64, _ whoAndWhy: WhoAndWhy) async throws(CairnClientError) -> ChangeObject {
        try await object(.post, "/v1/workers/\(worker)/drain", body: whoAndWhy.json())
    }

    /// How long finished tasks and the history are kept.
    public func retention() async throws(CairnClientError) -> RetentionObject {
        try await object(.get, "/v1/retention")
    }

    /// Says how long finished tasks and the history are kept.
    ///
    /// - Parameters:
    ///   - tasks: A duration such as `30d`, or JSON's null for ever; nil leaves it as it is.
    ///   - history: The same for the history.
    public func setRetention(
        tasks: JSON?, history: JSON?, _ whoAndWhy: WhoAndWhy
    ) async throws(CairnClientError) -> RetentionObject {
        let members = [("keep_tasks", tasks), ("keep_history", history)].compactMap { name, value in
            value.map { JSONObject.Member(name: name, value: $0) }
        }
        return try await object(.patch, "/v1/retention", body: whoAndWhy.json(members: members))
    }
}

/// What became of a request to switch something.
public struct ChangeObject: APIObject {
    /// The answer as the server wrote it.
    public let json: JSON
    /// Whether it was not so before.
    public let isChange: Bool

    /// Reads the answer.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        guard let changed = json["changed"]?.boolValue else { throw MissingMember(name: "changed") }
        isChange = changed
    }
}

/// How long things are kept, and what would leave now.
public struct RetentionObject: APIObject {
    /// The answer as the server wrote it.
    public let json: JSON

    /// Reads the answer.
    public init(json: JSON) throws(MissingMember) { self.json = json }

    /// How long finished tasks are kept, as `30d`; nil is for ever.
    public var keepTasks: String? { json["keep_tasks"]?.stringValue }
    /// How long the history is kept; nil is for ever.
    public var keepHistory: String? { json["keep_history"]?.stringValue }
    /// When that was last said.
    public var changedAt: Timestamp? { json.time("changed_at") }
    /// By whom.
    public var changedBy: String? { json["changed_by"]?.stringValue }
    /// How many tasks would leave now.
    public var expiredTasks: Int64 { json["expired_tasks"]?.intValue ?? 0 }
    /// The parts of the history that are older than it is kept.
    public var expiredPartitions: [JSON] { json["expired_partitions"]?.arrayValue ?? [] }
}
