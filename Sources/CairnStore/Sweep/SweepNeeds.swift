import Postgres

/// A part of a sweep.
package enum SweepPart: String, Sendable, Hashable, CaseIterable {
    case lostWorkers = "lost_workers"
    case expiredAttempts = "expired_attempts"
    case dueRetries = "due_retries"
    case startedTasks = "started_tasks"
    case delayedSteps = "delayed_steps"
    case givenUpTasks = "given_up_tasks"
    case inspectedTasks = "inspected_tasks"
}

/// What there is to sweep.
package struct SweepNeeds: Sendable, Hashable {
    /// The parts that have something to do now.
    package let parts: Set<SweepPart>
    /// Whether there are hooks to deliver now.
    package let hooksAreDue: Bool
    /// How long until something else is due, as far as is known by now.
    package let next: Duration?
    /// Whether something is due, or may become so without being known ahead: steps run, or could.
    package let isUnderWay: Bool

    package init(
        parts: Set<SweepPart> = [], hooksAreDue: Bool = false, next: Duration? = nil, isUnderWay: Bool = false
    ) {
        self.parts = parts
        self.hooksAreDue = hooksAreDue
        self.next = next
        self.isUnderWay = isUnderWay
    }

    /// When the database cannot say: anything may be due.
    package static let unknown = SweepNeeds(parts: Set(SweepPart.allCases), hooksAreDue: true, isUnderWay: true)
}

extension Store {
    /// Says whether a server sweeps seldom from now on, and is to be notified.
    package func noteIdleness(_ isIdle: Bool) async throws {
        try await pool.execute("select cairn.note_idleness(\(isIdle))")
    }

    /// Asks, by one statement, what there is to sweep. With `inspects`, unfinished tasks are to be looked at.
    package func sweepNeeds(inspects: Bool) async throws -> SweepNeeds {
        let (names, hooks, next, isUnderWay) = try await pool.query(
            "select due, hooks_are_due, next_ms, is_under_way from cairn.sweep_needs(\(inspects))",
            as: ([String], Bool, Int64?, Bool).self)[0]
        var parts = Set(names.compactMap(SweepPart.init))
        // Lost workers leave attempts behind.
        if parts.contains(.lostWorkers) { parts.insert(.expiredAttempts) }
        return SweepNeeds(
            parts: parts, hooksAreDue: hooks, next: next.map { .milliseconds($0) }, isUnderWay: isUnderWay)
    }
}
