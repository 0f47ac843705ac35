package import Foundation
import Synchronization

/// What a server does by itself and cannot do at present, since when, and why. A log line tells it once; this is for
/// whoever asks later.
package final class Troubles: Sendable {
    /// What a server does by itself.
    package enum Duty: String, Sendable, CaseIterable {
        /// Retries, delays, lost workers, attempts past their time: whatever time brings about.
        case sweep
        /// The coming weeks' partitions of the history.
        case partitions
        /// Tasks that are kept no longer.
        case retention
        /// Weeks of the history that are kept no longer.
        case history
    }

    /// A duty that cannot be done.
    package struct Trouble: Sendable, Hashable {
        package let duty: Duty
        /// Its first failure since it was last done.
        package let since: Date
        /// Its last error.
        package let error: String

        /// The time as RFC 3339 has it.
        package var sinceText: String { since.ISO8601Format() }
    }

    private let troubles = Mutex<[Duty: Trouble]>([:])

    /// No troubles yet.
    package init() {}

    /// A duty could not be done.
    package func failed(_ duty: Duty, _ error: any Error, at now: Date = .now) {
        troubles.withLock { $0[duty] = Trouble(duty: duty, since: $0[duty]?.since ?? now, error: "\(error)") }
    }

    /// A duty was done.
    package func succeeded(_ duty: Duty) { troubles.withLock { $0[duty] = nil } }

    /// What cannot be done at present.
    package var all: [Trouble] { troubles.withLock { troubles in Duty.allCases.compactMap { troubles[$0] } } }
}
