package import CairnStore
package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Delivers hooks as they become due.
///
/// ```
///  NOTIFY cairn_hooks ─┐
///  a look now and then ─┼─► claim, no more than fit ──► deliver ──► settle
///  a delivery has ended ┘                                  (each on its own)
/// ```
///
/// Any number of servers may do so at once: each claims hooks that no other has. A server that dies leaves what it has
/// claimed to be due again.
package struct HookDeliverer: Service {
    private let store: Store
    private let delivery: HookDelivery
    private let gate: StartGate
    private let listens: PostgresConfiguration?
    private let concurrency: Int
    private let share: Int
    private let interval: Duration
    private let bells: Bells
    private let logger: Logger

    /// A deliverer that begins when `gate` opens, looks each `interval`, and at once when it is notified by way of
    /// `listens`, if there is that; a sweeper that shares its `bells` says when hooks are due, and hears by it what it is
    /// notified of. At most `concurrency` deliveries are under way at a time, and about `share` of them
    /// to one host.
    package init(
        store: Store, delivery: HookDelivery, gate: StartGate, listens: PostgresConfiguration?, concurrency: Int = 64,
        share: Int = 8, interval: Duration = .seconds(300), bells: Bells = Bells(), logger: Logger
    ) {
        self.store = store
        self.delivery = delivery
        self.gate = gate
        self.listens = listens
        self.concurrency = concurrency
        self.share = share
        self.interval = interval
        self.bells = bells
        self.logger = logger
    }

    /// Delivers until graceful shutdown, and then to their end those that are under way.
    package func run() async throws {
        guard await gate.wait() else { return }
        let loop = Loop(plan: HookPlan(concurrency: concurrency, share: share))
        await withGracefulShutdownHandler {
            await withTaskGroup { helpers in
                helpers.addTask { await wakeByNotification(loop) }
                helpers.addTask { await wakeByTime(loop) }
                await deliver(loop)
                helpers.cancelAll()
            }
        } onGracefulShutdown: {
            loop.change { $0.close() }
        }
    }

    private func wakeByNotification(_ loop: Loop) async {
        guard let listens else { return }
        let listener = PostgresListener(
            configuration: listens, channels: ["cairn_hooks", "cairn_sweep"], logger: logger)
        for await event in listener {
            switch event {
            case .notification(let channel, _) where channel == "cairn_sweep": bells.sweep.ring()
            case .notification: loop.change { $0.woken() }
            case .listening, .gap:
                loop.change { $0.woken() }
                bells.sweep.ring()
            case .lost: break
            }
        }
    }

    private func wakeByTime(_ loop: Loop) async {
        while !Task.isCancelled {
            await bells.hooks.wait(for: interval * .random(in: 0.8...1.2))
            loop.change { $0.woken() }
        }
    }

    private func deliver(_ loop: Loop) async {
        var outage = OutageState()
        var changes = loop.changes.makeAsyncIterator()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                switch loop.next() {
                case .finish: return
                case .wait: if await changes.next() == nil { return }
                case .claim(let wanted, let busyHosts):
                    let hooks = await claim(wanted, without: busyHosts, &outage)
                    loop.change { $0.claimed(hooks.map(\.host), of: wanted) }
                    for hook in hooks {
                        group.addTask {
                            await delivery.deliver(hook)
                            loop.change { $0.ended(hook.host) }
                        }
                    }
                }
            }
        }
    }

    private func claim(
        _ wanted: Int, without busyHosts: [String], _ outage: inout OutageState
    ) async -> [ClaimedHook] {
        do {
            let hooks = try await store.claimHooks(limit: Int32(wanted), without: busyHosts)
            if outage.succeeded() { logger.notice("the database is back: delivering hooks again") }
            return hooks
        } catch {
            if outage.failed() && !Task.isCancelled {
                logger.warning("cannot look for hooks, trying until it works", metadata: ["error": "\(error)"])
            }
            try? await cancelWhenGracefulShutdown { [delay = outage.delay] in try await Task.sleep(for: delay) }
            return []
        }
    }
}

/// The plan, and a signal for each change of it.
private final class Loop: Sendable {
    let changes: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let plan: Mutex<HookPlan>

    init(plan: HookPlan) {
        self.plan = Mutex(plan)
        (changes, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func next() -> HookPlan.Action { plan.withLock { $0.next() } }

    func change(_ body: (inout HookPlan) -> Void) {
        plan.withLock { body(&$0) }
        signal.yield()
    }
}
