/// What the intake does next, as a value.
///
/// Requests gather while a statement is in flight and go out together in the next one, so that the size of a statement
/// follows the load by itself: one request when idle, hundreds when busy, and no timer in between.
package struct IntakeState<Reply: Sendable>: Sendable {
    private var queue: [IntakeRequest<Reply>] = []
    private var submissions = 0
    private var bytes = 0
    private var isSending = false
    private var isClosed = false
    private let limits: IntakeLimits

    /// An empty intake.
    package init(limits: IntakeLimits = IntakeLimits()) { self.limits = limits }

    /// What to do with a request.
    package enum AddAction: Sendable, Hashable {
        /// It waits for the statement in flight.
        case wait
        /// It waits, and nobody is sending: start.
        case start
        /// There is no room.
        case refuse
        /// The intake takes nothing any more.
        case closed
    }

    /// What to do when there is time to send.
    package enum NextAction: Sendable {
        /// Send these in one statement.
        case send([IntakeRequest<Reply>])
        /// Wait until a request comes.
        case wait
        /// Everything is sent and nothing will come.
        case finish
    }

    /// Takes a request, if there is room. One that is larger than all room is taken when nothing else waits.
    package mutating func add(_ request: IntakeRequest<Reply>) -> AddAction {
        if isClosed { return .closed }
        let fits =
            submissions + request.submissions.count <= limits.queuedSubmissions
            && bytes + request.bytes <= limits.queuedBytes
        guard fits || queue.isEmpty else { return .refuse }
        queue.append(request)
        submissions += request.submissions.count
        bytes += request.bytes
        return isSending || queue.count > 1 ? .wait : .start
    }

    /// Says what to send; called when nothing is in flight.
    package mutating func next() -> NextAction {
        guard !queue.isEmpty else {
            isSending = false
            return isClosed ? .finish : .wait
        }
        isSending = true
        var count = 0
        var taken = (submissions: 0, bytes: 0)
        for request in queue {
            let sum = (submissions: taken.submissions + request.submissions.count, bytes: taken.bytes + request.bytes)
            guard count == 0 || sum.submissions <= limits.statementSubmissions && sum.bytes <= limits.statementBytes
            else { break }
            taken = sum
            count += 1
        }
        let batch = Array(queue.prefix(count))
        queue.removeFirst(count)
        submissions -= taken.submissions
        bytes -= taken.bytes
        return .send(batch)
    }

    /// Takes no request from now on; what waits is still sent.
    package mutating func close() { isClosed = true }

    /// Takes no request from now on and gives up what waits.
    package mutating func abandon() -> [IntakeRequest<Reply>] {
        isClosed = true
        defer { queue = [] }
        return queue
    }
}
