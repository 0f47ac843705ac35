/// How a worker behaves.
public struct WorkerConfiguration: Sendable {
    /// Where PostgreSQL is: a URI or a string of keywords. A pooler in transaction mode needs ``pollOnly``.
    public var databaseURL: String
    /// Whose steps it runs; made if they do not exist.
    public var namespaces: [String]
    /// How many steps run at once.
    public var concurrency = 100
    /// Not to listen for notifications, but only to look now and then.
    public var pollOnly = false
    /// How often to look for steps without having been woken: 1 s, or 500 ms when only polling. With notifications, a
    /// worker that finds nothing for long looks less often, down to every 15 s.
    public var pollInterval: Duration?
    /// How long the worker may be silent before its steps run elsewhere. It reports itself three times as often; while it
    /// runs nothing, half as often as that.
    public var lease: Duration = .seconds(6)
    /// How long running handlers may take to finish when the worker is asked to stop.
    public var drainTimeout: Duration = .seconds(30)
    /// How long an exchange waits for whoever has one of its tasks locked. Longer than those wait who settle steps of one
    /// task at the same time, and than PostgreSQL takes to find a deadlock; shorter than any lease.
    package var patience: Duration = .seconds(2)
    /// What the worker is called in `cairn.workers`; the host's name and the process's number (`web1-4711`) unless set.
    public var name: String?
    /// The largest result of a step, in bytes. A larger one is a permanent failure.
    public var maxResultBytes = 1024 * 1024
    /// The programs that the `cairn.process` of ``StockHandlers/all(for:)`` may run, as globs: see ``ProcessAllowList``.
    /// None by default.
    public var allowedProcesses: [String] = []

    /// A worker for these namespaces of this database.
    public init(databaseURL: String, namespaces: [String]) {
        self.databaseURL = databaseURL
        self.namespaces = namespaces
    }

    /// ``pollInterval``, or what it is by default.
    var effectivePollInterval: Duration { pollInterval ?? (pollOnly ? .milliseconds(500) : .seconds(1)) }
}
