/// How a worker leaves: finish what runs, until its time is up; cancel the rest, and give it a moment; go.
struct Drain {
    /// How long cancelled handlers may take to end: longer than `cairn.process` takes to kill a program.
    static let cancelGrace: Duration = .seconds(6)
    /// How long the last settlements may take to reach the database after that.
    static let settleGrace: Duration = .seconds(5)

    enum Stage: Comparable {
        case finishing
        case cancelled
        case leaving
        case over
    }

    private(set) var stage = Stage.finishing
    /// When the stage ends.
    private(set) var due: Duration

    /// Whether people were told what it waits for when nothing runs any more.
    private var isEndAnnounced = false

    /// A drain that cancels at this time.
    init(cancelAt: Duration) { due = cancelAt }

    /// Cancels at this time if that is earlier.
    mutating func hurry(cancelAt: Duration) {
        if stage == .finishing { due = min(due, cancelAt) }
    }

    /// When it is over at the latest; nil when that was asked before.
    mutating func endToAnnounce() -> Duration? {
        if isEndAnnounced || stage == .over { return nil }
        isEndAnnounced = true
        switch stage {
        case .finishing: return due + Self.cancelGrace + Self.settleGrace
        case .cancelled: return due + Self.settleGrace
        case .leaving, .over: return due
        }
    }

    /// Enters the next stage when it is time; returns it.
    mutating func advance(now: Duration) -> Stage? {
        guard now >= due, stage != .over else { return nil }
        switch stage {
        case .finishing: (stage, due) = (.cancelled, now + Self.cancelGrace)
        case .cancelled: (stage, due) = (.leaving, now + Self.settleGrace)
        case .leaving, .over: (stage, due) = (.over, .seconds(Int64.max / 2))
        }
        return stage
    }
}
