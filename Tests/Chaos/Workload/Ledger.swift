import Synchronization

/// What the suite knows of its tasks: what a server has acknowledged.
final class Ledger: Sendable {
    enum Cancellation: Sendable { case none, asked, acknowledged }

    struct Entry: Sendable {
        var flow: Flow
        var key: String
        var taskID: Int64
        /// Whether it was submitted with a `callback_url`.
        var hasHook = false
        var cancellation = Cancellation.none
    }

    private let entries = Mutex<[Int64: Entry]>([:])

    var all: [Entry] { entries.withLock { $0.values.sorted { $0.taskID < $1.taskID } } }

    func submitted(_ flow: Flow, key: String, taskID: Int64, hasHook: Bool) {
        entries.withLock { $0[taskID] = Entry(flow: flow, key: key, taskID: taskID, hasHook: hasHook) }
    }

    func cancelled(_ taskID: Int64, _ cancellation: Cancellation) {
        entries.withLock { $0[taskID]?.cancellation = cancellation }
    }
}
