import CairnModel
import CairnStore
import Postgres

/// What calls did not bring back.
extension ExchangeLoop {
    /// The call in flight failed. `random` is from 0 to 1.
    mutating func failed(_ failure: CallFailure, now: Duration, random: Double) {
        guard let call else { return }
        self.call = nil
        if case .exchange(let batch, let want, _, _, _) = call {
            look.want()
            if case .refused(let message) = failure, !batch.isEmpty || want > 0 {
                return refused(batch, want: want, message: message, now: now, random: random)
            }
            if case .locked = failure {
                if buffer.waitedInVain(batch) { return }
            } else {
                buffer.putBack(batch)
            }
            // The reply may have been a claim that nobody knows of; and the call itself may still be under way.
            if case .unknown(let reason, let message) = failure, want > 0 {
                audits = [now, now + .seconds(10)]
                // What was claimed cannot be read: that is no outage, and must not be claimed again and again.
                if reason == .refused { return claimRefused(message, now: now, random: random) }
            }
        }
        if phase == .unregistered, drain != nil { return leave() }
        // Waiting would look like work: whoever started the worker is to hear of it.
        if case .rejected(let error) = failure, phase == .unregistered {
            rejection = error
            phase = .finished
            return
        }
        wait(failure, now: now, random: random)
        // Nothing is left but to say goodbye, and nobody to say it to: the lease ends by itself.
        if outage.reason == .unreachable, drain != nil, !runs.isAwaiting, buffer.isEmpty { leave() }
    }

    private mutating func wait(_ failure: CallFailure, now: Duration, random: Double) {
        switch failure {
        case .conflict: return
        case .locked(let message): away(.locked, message, now: now, random: random)
        case .rejected(let error): away(.refused, error.message, now: now, random: random)
        case .refused(let message): away(.refused, message, now: now, random: random)
        case .noEffect(let reason, let message): away(reason, message, now: now, random: random)
        case .unknown(let reason, let message): away(reason, message, now: now, random: random)
        }
    }

    private mutating func away(_ reason: Outage.Reason, _ message: String, now: Duration, random: Double) {
        if outage.failed(reason, now: now, random: random) { actions.append(.say(.databaseAway(reason, message))) }
    }

    /// The server refuses an exchange as such: for its claim, or for some settlement of the batch.
    private mutating func refused(
        _ batch: [PendingSettlement], want: Int, message: String, now: Duration, random: Double
    ) {
        if want == 0 { return refused(batch, message: message) }
        if !batch.isEmpty {
            gate.suspect(message, random: random)
            return buffer.putBack(batch)
        }
        claimRefused(message, now: now, random: random)
    }

    private mutating func claimRefused(_ message: String, now: Duration, random: Double) {
        if gate.refused(now: now, random: random) { actions.append(.say(.databaseAway(.refused, message))) }
    }

    /// Some settlement of the batch is at fault. Once it is alone, it becomes a permanent failure.
    private mutating func refused(_ batch: [PendingSettlement], message: String) {
        guard var culprit = buffer.refused(batch) else { return gate.accuseSettlements() }
        gate.foundCulprit()
        // What the worker wrote itself and was refused again is given up: the step's timeout sees to it.
        if culprit.isSubstitute { return actions.append(.say(.settlementDropped(culprit.key, message))) }
        actions.append(.say(.resultRefused(culprit.key, message)))
        culprit.isSubstitute = true
        culprit.settlement.outcome = .permanent
        culprit.settlement.retryAfterMilliseconds = nil
        let failure = StepFailure.permanent(
            "the database cannot store the result: \(message)", code: StepErrorCode.resultInvalid)
        culprit.settlement.payload = JSONB(bytes: failure.payload)
        report(culprit)
    }
}
