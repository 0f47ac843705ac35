/// The one thread that reads the answers of all connections.
///
/// Whatever runs here holds up the answers to everybody else: nothing that waits other than by `await`, nothing that
/// computes for long, and nothing of users, who know neither rule.
package enum PostgresThread {
    /// The thread as an executor, for tasks whose work is to send statements and to act on their answers: in a task that
    /// prefers it an answer is read, decoded and followed by the next statement without a switch to another thread.
    package static var executor: any TaskExecutor { Reactor.shared }

    /// Calls `body` on this thread after a while, unless it is cancelled; returns the timer's number.
    package static func after(_ delay: Duration, _ body: @escaping @Sendable () -> Void) -> UInt64 {
        Reactor.shared.after(delay, body)
    }

    /// Forgets a timer, if it has not fired yet.
    package static func cancel(timer: UInt64) { Reactor.shared.cancel(timer: timer) }
}
