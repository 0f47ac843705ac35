/// A moment, as `timestamptz` stores it: whole microseconds, or either infinity.
public struct PostgresTimestamp: PostgresCodable, Hashable, Comparable {
    /// Microseconds since 2000-01-01 00:00 UTC.
    public var microseconds: Int64

    /// Later than every moment: `'infinity'`.
    public static let infinity = PostgresTimestamp(microseconds: .max)
    /// Earlier than every moment: `'-infinity'`.
    public static let negativeInfinity = PostgresTimestamp(microseconds: .min)

    /// Seconds from 1970-01-01 to 2000-01-01.
    private static let epoch: Int64 = 946_684_800

    /// The moment this many microseconds after 2000-01-01 00:00 UTC.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The moment this many seconds after 1970-01-01 00:00 UTC, to the nearest microsecond.
    public init(secondsSince1970 seconds: Double) {
        let value = ((seconds - Double(Self.epoch)) * 1_000_000).rounded()
        microseconds = value >= 0x1p63 ? .max : Int64(exactly: value) ?? .min
    }

    /// The moment this many microseconds after 1970-01-01 00:00 UTC.
    public init(microsecondsSince1970 value: Int64) { microseconds = value - Self.epoch * 1_000_000 }

    /// Whether this is one of the infinities.
    public var isInfinite: Bool { self == .infinity || self == .negativeInfinity }

    /// Seconds since 1970-01-01 00:00 UTC.
    public var secondsSince1970: Double {
        if self == .infinity { return .infinity }
        if self == .negativeInfinity { return -.infinity }
        let (sum, overflow) = microseconds.addingReportingOverflow(Self.epoch * 1_000_000)
        return overflow ? Double(microseconds) / 1_000_000 + Double(Self.epoch) : Double(sum) / 1_000_000
    }

    /// Microseconds since 1970-01-01 00:00 UTC; an infinity stays the largest or the smallest number.
    public var microsecondsSince1970: Int64 {
        isInfinite ? microseconds : microseconds.addingReportingOverflow(Self.epoch * 1_000_000).partialValue
    }

    /// Earlier before later.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// `timestamptz`
    public static var postgresType: PostgresType { .timestamptz }
    /// `timestamptz[]`
    public static var postgresArrayType: PostgresType { .timestamptzArray }
    /// Eight bytes.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(integer: microseconds) }

    /// From `timestamptz`, or from `timestamp` read as UTC.
    public init(postgres cell: PostgresCell) throws {
        guard cell.type == .timestamptz || cell.type == .timestamp else { throw cell.mismatch(Self.self) }
        let bytes = try cell.fixed(8, for: Self.self)
        microseconds = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
    }
}
