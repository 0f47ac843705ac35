/// A span of time in whole milliseconds: what templates write as `"250ms" "30s" "5m" "2h" "7d"`.
public struct Milliseconds: Sendable, Hashable, Comparable, RawRepresentable {
    /// The number of milliseconds.
    public let rawValue: Int64

    /// A span of `rawValue` milliseconds.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// A span of `count` milliseconds.
    public static func milliseconds(_ count: Int64) -> Milliseconds { Milliseconds(rawValue: count) }
    /// A span of `count` seconds.
    public static func seconds(_ count: Int64) -> Milliseconds { Milliseconds(rawValue: count * 1000) }
    /// A span of `count` minutes.
    public static func minutes(_ count: Int64) -> Milliseconds { seconds(count * 60) }
    /// A span of `count` hours.
    public static func hours(_ count: Int64) -> Milliseconds { minutes(count * 60) }
    /// A span of `count` days of 24 hours.
    public static func days(_ count: Int64) -> Milliseconds { hours(count * 24) }

    /// The same span as Swift's `Duration`, for sleeping and deadlines.
    public var duration: Duration { .milliseconds(rawValue) }

    /// Whether `left` is shorter.
    public static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.rawValue < right.rawValue }
}
