import CairnModel
package import CairnStore
import Foundation
package import Logging
import Postgres
import Synchronization

/// Delivers one hook: posts it, and says in the database what became of it.
package final class HookDelivery: Sendable {
    private let store: Store
    private let client: any HookClient
    private let signer: WebhookSigner
    private let logger: Logger
    private let hasWarned = Atomic(false)

    /// Deliveries by way of `client`.
    package init(store: Store, client: any HookClient, signer: WebhookSigner, logger: Logger) {
        self.store = store
        self.client = client
        self.signer = signer
        self.logger = logger
    }

    /// Takes hooks that are due and delivers them at the same time; returns how many there were.
    package func deliverDue(limit: Int32 = 20) async throws -> Int {
        let hooks = try await store.claimHooks(limit: limit)
        await withTaskGroup { group in
            for hook in hooks { group.addTask { await self.deliver(hook) } }
        }
        return hooks.count
    }

    /// Delivers a hook that was claimed. When the task is cancelled meanwhile, nobody knows whether the hook arrived:
    /// nothing is said, and it is due again when its lease is over.
    func deliver(_ hook: ClaimedHook) async {
        warnWhenUnsigned()
        guard let outcome = await post(hook) else { return }
        guard let state = await settle(hook, outcome) else { return }
        let metadata: Logger.Metadata = [
            "hook.id": "\(hook.id)", "task.id": "\(hook.taskID)", "attempt": "\(hook.attempt)",
            "status": "\(outcome.status.map { String($0) } ?? "none")",
        ]
        switch state {
        case .delivered: logger.debug("delivered a hook", metadata: metadata)
        case .pending: logger.debug("could not deliver a hook, and will try again", metadata: metadata)
        case .dead: logger.warning("a hook is dead; `cairn hook list --state dead` says why", metadata: metadata)
        }
    }

    private func post(_ hook: ClaimedHook) async -> HookOutcome? {
        do {
            let body = hook.payload.bytes
            var headers = [
                (name: "content-type", value: "application/json"),
                (name: "user-agent", value: "cairn-server/\(CairnVersion.current)"),
            ]
            // The receiver compares it with its own clock, so it is this machine's, whatever a test has made of the
            // database's.
            headers += signer.headers(
                id: hook.webhookID.description, timestamp: Int64(Date.now.timeIntervalSince1970), body: body)
            let request = HookRequest(url: try CallbackURL(hook.url), headers: headers, body: body)
            return HookOutcome(try await client.post(request), now: Date.now.timeIntervalSince1970)
        } catch let problem as HookProblem {
            return HookOutcome(problem)
        } catch let invalid as CallbackURL.Invalid {
            return HookOutcome(invalid)
        } catch is CancellationError {
            return nil
        } catch {
            return HookOutcome(.unreachable("\(error)"))
        }
    }

    /// Says what became of a delivery, and again for a while if the database is away: the receiver need not hear of it
    /// twice because of that.
    private func settle(_ hook: ClaimedHook, _ outcome: HookOutcome) async -> HookState? {
        var outage = OutageState(longest: .seconds(5))
        let end = ContinuousClock.now + .seconds(30)
        while !Task.isCancelled {
            do {
                return try await store.settleHook(hook, outcome)
            } catch {
                _ = outage.failed()
                guard ContinuousClock.now + outage.delay < end else {
                    logger.warning(
                        "cannot note what became of a hook; it will be delivered again",
                        metadata: ["hook.id": "\(hook.id)", "error": "\(error)"])
                    return nil
                }
                try? await Task.sleep(for: outage.delay)
            }
        }
        return nil
    }

    private func warnWhenUnsigned() {
        guard signer.isEmpty, !hasWarned.exchange(true, ordering: .relaxed) else { return }
        logger.warning(
            "hooks are delivered without a signature, so that receivers cannot tell who sent them; set CAIRN_WEBHOOK_SECRET"
        )
    }
}
