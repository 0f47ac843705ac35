/// When hooks are claimed, how many at once, and for which hosts not, as a value.
///
/// A host that is slow or silent must not take all the room there is. So each has a share: while that is on its way to a
/// host, no more of its hooks are claimed. A claim takes as many as one share at most, so a host may come to have nearly
/// two.
package struct HookPlan: Sendable, Hashable {
    private let concurrency: Int
    private let share: Int
    private var running: [String: Int] = [:]
    private var mustLook = true
    private var isClosed = false

    /// At most `concurrency` deliveries at a time, and about `share` of them to one host.
    package init(concurrency: Int, share: Int) {
        self.concurrency = concurrency
        self.share = share
    }

    /// What to do now.
    package enum Action: Sendable, Hashable {
        /// Claim up to so many, but for these hosts: no more than can be begun at once, for their leases run.
        case claim(Int, without: [String])
        /// Wait until something happens.
        case wait
        /// Claim nothing any more.
        case finish
    }

    /// Says what to do.
    package mutating func next() -> Action {
        if isClosed { return .finish }
        let room = concurrency - running.values.reduce(0, +)
        guard mustLook, room > 0 else { return .wait }
        mustLook = false
        return .claim(min(room, share), without: running.filter { $0.value >= share }.keys.sorted())
    }

    /// There may be hooks that are due: somebody said so, or it is time to look.
    package mutating func woken() { mustLook = true }

    /// Hooks for these hosts were claimed and their deliveries begin; there may be more when there were as many as were
    /// asked for.
    package mutating func claimed(_ hosts: [String], of wanted: Int) {
        for host in hosts { running[host, default: 0] += 1 }
        if hosts.count == wanted { mustLook = true }
    }

    /// A delivery to a host has ended. One that had its share may have more that is due.
    package mutating func ended(_ host: String) {
        guard let count = running[host] else { return }
        running[host] = count > 1 ? count - 1 : nil
        if count == share { mustLook = true }
    }

    /// The server is stopping.
    package mutating func close() { isClosed = true }
}
