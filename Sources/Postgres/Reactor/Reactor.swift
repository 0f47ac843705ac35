import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Something with a descriptor that the reactor watches.
protocol ReactorSource: AnyObject, Sendable {
    /// The descriptor is ready. Returns whether to watch for room to write, too.
    func ready() -> Bool
    /// The reactor looks at the descriptor no more: it may be closed now.
    func detached()
}

/// One thread that waits, with `poll`, for all connections of the process and for deadlines, and that runs the tasks
/// which prefer it (``PostgresThread``).
///
/// It only reads and wakes: statements are sent on their callers' threads, so that a round trip costs one wake-up of
/// this thread and one of the caller, and none of a caller that is on this thread. Sources and tasks are called without
/// any lock of the reactor held.
final class Reactor: Sendable {
    static let shared = Reactor()
    /// How often tasks may have others run after them before the descriptors are looked at again.
    private static let roundsPerTurn = 16

    private struct Watch {
        var source: any ReactorSource
        var descriptor: Int32
        var wantsWrite = false
    }

    private struct State {
        var watches: [UInt64: Watch] = [:]
        var detached: [any ReactorSource] = []
        var timers = Timers()
        /// Parts of tasks that are to run on this thread, in order.
        var jobs: [UnownedJob] = []
    }

    private let state = Lock(State())
    /// Whether the thread sleeps, or is about to, and nobody has woken it yet. Set under the lock, so that whoever
    /// changes something afterwards sees it; the thread itself never has to wake itself.
    private let isAsleep = Atomic<Bool>(false)
    private let ids = Atomic<UInt64>(0)
    private let wakeUp = WakeUp()

    private init() {
        HelperThread.start { self.run() }
    }

    /// A number for a source, a timer, or anything else that needs one in this process.
    func nextID() -> UInt64 { ids.add(1, ordering: .relaxed).newValue }

    /// Watches a descriptor for input from now on.
    func attach(_ source: any ReactorSource, id: UInt64, descriptor: Int32) {
        state.withLock { $0.watches[id] = Watch(source: source, descriptor: descriptor) }
        wake()
    }

    /// Watches for room to write, too, until there is some; `ready` says whether that was enough.
    func wantWrite(_ id: UInt64) {
        state.withLock { $0.watches[id]?.wantsWrite = true }
        wake()
    }

    /// Watches no more, and says so to the source by `detached`.
    func detach(_ id: UInt64) {
        state.withLock { state in
            if let watch = state.watches.removeValue(forKey: id) { state.detached.append(watch.source) }
        }
        wake()
    }

    /// Calls `body` on the reactor's thread after a while, unless it is cancelled.
    @discardableResult
    func after(_ delay: Duration, _ body: @escaping @Sendable () -> Void) -> UInt64 {
        let id = nextID()
        let isFirst = state.withLock { $0.timers.add(id: id, at: .now + delay, body) }
        if isFirst { wake() }
        return id
    }

    /// Forgets a timer, if it has not fired yet.
    func cancel(timer: UInt64) {
        state.withLock { $0.timers.remove(id: timer) }
    }

    /// Ends the sleep of the thread, after something has changed that it has to look at.
    private func wake() {
        if isAsleep.exchange(false, ordering: .acquiringAndReleasing) { wakeUp.signal() }
    }

    private func run() {
        var descriptors: [pollfd] = []
        var watched: [(id: UInt64, source: any ReactorSource)] = []
        while true {
            runJobs()
            descriptors.removeAll(keepingCapacity: true)
            watched.removeAll(keepingCapacity: true)
            descriptors.append(pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0))
            let (detached, due, timeout) = state.withLock { state in
                let detached = state.detached
                state.detached.removeAll()
                for (id, watch) in state.watches {
                    let events = Int16(POLLIN) | (watch.wantsWrite ? Int16(POLLOUT) : 0)
                    descriptors.append(pollfd(fd: watch.descriptor, events: events, revents: 0))
                    watched.append((id, watch.source))
                }
                let due = state.timers.takeDue(now: .now)
                let isBusy = !state.jobs.isEmpty || !detached.isEmpty || !due.isEmpty
                let timeout = isBusy ? 0 : state.timers.milliseconds(from: .now)
                if timeout != 0 { isAsleep.store(true, ordering: .releasing) }
                return (detached, due, timeout)
            }
            for source in detached { source.detached() }
            for body in due { body() }
            let count = poll(&descriptors, nfds_t(descriptors.count), timeout)
            isAsleep.store(false, ordering: .releasing)
            guard count > 0 else { continue }
            if descriptors[0].revents != 0 { wakeUp.clear() }
            for (index, entry) in watched.enumerated() where descriptors[index + 1].revents != 0 {
                // Forgotten before the source looks, and only ever set afterwards: by the time it has answered, somebody
                // else may have found that there is more to write.
                let wanted = descriptors[index + 1].events & Int16(POLLOUT) != 0
                if wanted { state.withLock { $0.watches[entry.id]?.wantsWrite = false } }
                if entry.source.ready() { state.withLock { $0.watches[entry.id]?.wantsWrite = true } }
            }
        }
    }

    private func runJobs() {
        for _ in 0..<Self.roundsPerTurn {
            let jobs = state.withLock { state in
                defer { state.jobs = [] }
                return state.jobs
            }
            if jobs.isEmpty { return }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }
}

extension Reactor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wake()
    }
}
