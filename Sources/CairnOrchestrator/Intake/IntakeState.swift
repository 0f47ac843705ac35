/// What the intake does next, as a value. Times are those of any one clock.
///
/// Requests gather while statements are in flight and go out together in the next one, so that the size of a statement
/// follows the load by itself: one request when idle, hundreds when busy, and no timer in between. One starts beside
/// another when as many requests wait as that one has. A statement waits for locks for a moment only. When it fails for
/// one of its requests, each of them is sent alone, besides the others. The one whose key is held is then sent once more
/// and waits; who asks for the same key meanwhile waits with it.
package struct IntakeState<Reply: Sendable>: Sendable {
    package typealias Request = IntakeRequest<Reply>

    private var queue: [Request] = []
    private var apart: [Request] = []
    private var patient: [Request] = []
    /// By the keys that are waited for: who else asks for them.
    private var followers: [IntakeKey: [Request]] = [:]
    private var heldKeys = HeldKeys()
    private var sharedRoom: IntakeRoom
    private var apartRoom: IntakeRoom
    private var inFlight = (together: 0, alone: 0, patient: 0)
    /// How many requests the statements of many have that are in flight.
    private var requestsInFlight = 0
    private var isClosed = false
    private let limits: IntakeLimits

    /// An empty intake.
    package init(limits: IntakeLimits = IntakeLimits()) {
        self.limits = limits
        sharedRoom = limits.shared
        apartRoom = limits.apart
    }

    /// What to do with a request.
    package enum AddAction: Sendable, Hashable {
        /// It waits for a statement in flight.
        case wait
        /// It may be sent: ask what is next.
        case start
        /// There is no room.
        case refuse
        /// The intake takes nothing any more.
        case closed
    }

    /// What to do when there may be something to send.
    package enum NextAction: Sendable {
        /// Send this.
        case send(IntakeStatement<Reply>)
        /// Wait until a request comes, or a statement ends.
        case wait
        /// Everything is sent and nothing will come.
        case finish
    }

    /// Takes a request, if there is room. One that is larger than all room is taken when nothing else waits.
    package mutating func add(_ request: Request, at now: Duration) -> AddAction {
        if isClosed { return .closed }
        if isWaitedFor(request) {
            guard apartRoom.fits(request) else { return .refuse }
            follow(request)
            return .wait
        } else if heldKeys.contains(anyOf: request.keys, at: now) {
            guard apartRoom.fits(request) || apart.isEmpty else { return .refuse }
            sendApart([request])
            return inFlight.alone < limits.alone ? .start : .wait
        }
        // What a failed statement left to be sent alone has taken the room that it gave back.
        guard !apartRoom.isOverdrawn, sharedRoom.fits(request) || queue.isEmpty else { return .refuse }
        queue.append(request)
        sharedRoom.take(request)
        return mayStart ? .start : .wait
    }

    /// Says what to send.
    package mutating func next() -> NextAction {
        if !queue.isEmpty, mayStart {
            let requests = gather()
            inFlight.together += 1
            requestsInFlight += requests.count
            return .send(.together(requests))
        }
        if !patient.isEmpty { return .send(.patient(patient.removeFirst())) }
        while !apart.isEmpty, inFlight.alone < limits.alone {
            let request = apart.removeFirst()
            apartRoom.give(request)
            if isWaitedFor(request) {
                follow(request)
            } else {
                inFlight.alone += 1
                return .send(.alone(request))
            }
        }
        return isClosed && queue.isEmpty && apart.isEmpty && inFlight == (0, 0, 0) ? .finish : .wait
    }

    /// Says whom to tell that their key is held, now that a statement has ended so.
    package mutating func ended(
        _ statement: IntakeStatement<Reply>, _ end: IntakeStatement<Reply>.End, at now: Duration
    ) -> [Request] {
        switch statement {
        case .together(let requests):
            inFlight.together -= 1
            requestsInFlight -= requests.count
            if end == .keyHeld, requests.count == 1 { return wait(for: requests[0], at: now) }
            if end == .keyHeld || end == .apart { sendApart(requests) }
        case .alone(let request):
            inFlight.alone -= 1
            if end == .keyHeld { return wait(for: request, at: now) }
            if end == .answered { heldKeys.remove(request.keys) }
        case .patient(let request):
            inFlight.patient -= 1
            let others = request.onlyKey.flatMap { followers.removeValue(forKey: $0) } ?? []
            for other in others { apartRoom.give(other) }
            if end == .keyHeld {
                heldKeys.add(request.keys, at: now)
                return [request] + others
            }
            if end == .answered { heldKeys.remove(request.keys) }
            sendApart(others)
        }
        return []
    }

    /// How many requests wait to go together.
    package var waitingCount: Int { queue.count }

    /// Takes no request from now on; what waits is still sent.
    package mutating func close() { isClosed = true }

    /// Takes no request from now on and gives up what waits.
    package mutating func abandon() -> [Request] {
        isClosed = true
        defer {
            queue = []
            apart = []
            patient = []
            followers = [:]
        }
        return queue + apart + patient + followers.values.joined()
    }
}

extension IntakeState {
    /// Whether what waits may be sent. To begin a statement costs as much as thirty tasks in it: so one starts beside
    /// another only for as many requests as that one has. A single large one keeps nobody waiting.
    private var mayStart: Bool {
        inFlight.together == 0
            || inFlight.together < limits.statements && queue.count >= min(requestsInFlight, limits.gathered)
    }

    private mutating func gather() -> [Request] {
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
        for request in batch { sharedRoom.give(request) }
        return batch
    }

    private mutating func sendApart(_ requests: [Request]) {
        apart += requests
        for request in requests { apartRoom.take(request) }
    }

    private func isWaitedFor(_ request: Request) -> Bool {
        if followers.isEmpty || !request.waitsForKeys { return false }
        return request.onlyKey.map { followers[$0] != nil } ?? false
    }

    private mutating func follow(_ request: Request) {
        guard let key = request.onlyKey else { return }
        followers[key]?.append(request)
        apartRoom.take(request)
    }

    /// Has a request wait for its key, or says that it cannot.
    private mutating func wait(for request: Request, at now: Duration) -> [Request] {
        heldKeys.add(request.keys, at: now)
        if !request.waitsForKeys { return [request] }
        if isWaitedFor(request) {
            follow(request)
        } else if inFlight.patient < limits.patient {
            inFlight.patient += 1
            patient.append(request)
            if let key = request.onlyKey { followers[key] = [] }
        } else {
            return [request]
        }
        return []
    }
}
