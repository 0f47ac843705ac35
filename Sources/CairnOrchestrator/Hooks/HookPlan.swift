/// When hooks are claimed, and how many at once, as a value.
package struct HookPlan: Sendable, Hashable {
    private let concurrency: Int
    private var running = 0
    private var mustLook = true
    private var isClosed = false

    /// At most `concurrency` deliveries at a time.
    package init(concurrency: Int) { self.concurrency = concurrency }

    /// What to do now.
    package enum Action: Sendable, Hashable {
        /// Claim up to so many: no more than can be begun at once, for their leases run.
        case claim(Int)
        /// Wait until something happens.
        case wait
        /// Claim nothing any more.
        case finish
    }

    /// Says what to do.
    package mutating func next() -> Action {
        if isClosed { return .finish }
        guard mustLook, running < concurrency else { return .wait }
        mustLook = false
        return .claim(concurrency - running)
    }

    /// There may be hooks that are due: somebody said so, or it is time to look.
    package mutating func woken() { mustLook = true }

    /// Hooks were claimed and their deliveries begin; there may be more when there were as many as were asked for.
    package mutating func claimed(_ count: Int, of wanted: Int) {
        running += count
        if count == wanted { mustLook = true }
    }

    /// A delivery has ended.
    package mutating func ended() { running -= 1 }

    /// The server is stopping.
    package mutating func close() { isClosed = true }
}
