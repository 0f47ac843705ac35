/// What a worker says of itself when it registers.
package struct WorkerRegistration: Sendable {
    package var name: String
    package var host: String
    package var processID: Int32
    package var version: String
    package var namespaces: [String]
    package var handlers: [String]
    package var concurrency: Int32
    package var pollOnly: Bool
    /// How long the worker may be silent before its steps run elsewhere.
    package var lease: Duration

    package init(
        name: String, host: String, processID: Int32, version: String, namespaces: [String], handlers: [String],
        concurrency: Int32, pollOnly: Bool = false, lease: Duration = .seconds(6)
    ) {
        self.name = name
        self.host = host
        self.processID = processID
        self.version = version
        self.namespaces = namespaces
        self.handlers = handlers
        self.concurrency = concurrency
        self.pollOnly = pollOnly
        self.lease = lease
    }
}

/// An incarnation of a worker as the database knows it.
package struct RegisteredWorker: Sendable {
    package let id: Int64
    /// The notification channels of its namespaces, and its own.
    package let channels: [String]
    package let lease: Duration

    /// The one of its channels on which it is told to report itself.
    package var ownChannel: String { "cairn_worker_\(id)" }
}
