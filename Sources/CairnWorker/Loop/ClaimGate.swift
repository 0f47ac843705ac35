/// Whether exchanges claim.
///
/// The server may refuse an exchange for what it settles or for what it claims, and does not say which. So the next one
/// only settles: when it comes through, the claim was at fault, and is made again after a growing wait, while
/// settlements go on; when it is refused too, the settlements are, and are searched for the culprit.
struct ClaimGate {
    private enum Doubt {
        /// The claim or the settlements were at fault; with the server's words, and chance for the wait.
        case either(String, random: Double)
        /// The settlements are, and the culprit is being searched for.
        case settlements
    }

    /// Since when claims are refused, and when to try the next.
    private var outage = Outage()
    /// As long as there is any, exchanges only settle.
    private var doubt: Doubt?

    /// When claims may be made again, once nothing is in doubt.
    var opensAt: Duration { outage.retryAt }

    func isOpen(now: Duration) -> Bool { doubt == nil && now >= outage.retryAt }

    /// The server refused an exchange that both settled and claimed. `random` is from 0 to 1.
    mutating func suspect(_ message: String, random: Double) {
        doubt = .either(message, random: random)
    }

    /// The server refused an exchange that only settled.
    mutating func accuseSettlements() { doubt = .settlements }

    /// The settlement that was at fault has been found.
    mutating func foundCulprit() { doubt = nil }

    /// The server refused a claim. Returns whether that is news.
    mutating func refused(now: Duration, random: Double) -> Bool { outage.failed(.refused, now: now, random: random) }

    /// An exchange that claimed came through. Returns how long claims had been refused.
    mutating func claimed(now: Duration) -> Duration? { outage.succeeded(now: now) }

    /// An exchange that only settled came through; `isAll` when nothing is left to settle. Returns the words about the claim if that one is now known to have
    /// been at fault, and this is news.
    mutating func settled(isAll: Bool, now: Duration) -> String? {
        switch doubt {
        case .either(let message, let random):
            doubt = nil
            return refused(now: now, random: random) ? message : nil
        case .settlements:
            if isAll { doubt = nil }
            return nil
        case nil: return nil
        }
    }
}
