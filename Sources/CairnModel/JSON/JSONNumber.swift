/// A JSON number of any length, kept as the text it was written with.
///
/// Two numbers are equal when their values are: `1`, `1.0`, `1e0` and `10e-1` are one number, and `-0` is `0`.
public struct JSONNumber: Sendable, CustomStringConvertible {
    /// The number as it was written, for example `1.50` or `6.02e23`.
    public let literal: String

    /// A number from its text; `nil` when `literal` is no JSON number or too large for PostgreSQL's `numeric`.
    public init?(literal: String) {
        var copy = literal
        let isNumber = copy.withUTF8 { bytes in
            var scanner = JSONScanner(bytes)
            guard let first = bytes.first, JSONScanner.beginsNumber(first) else { return false }
            guard (try? scanner.scanNumber()) != nil else { return false }
            return scanner.at == bytes.count
        }
        guard isNumber else { return nil }
        self.literal = literal
    }

    /// A number from text that the scanner has accepted.
    init(scanned literal: String) { self.literal = literal }

    /// A whole number.
    public init(_ value: some BinaryInteger) { literal = String(value) }

    /// A floating-point number in the shortest text that reads back as the same value; `nil` for NaN and infinities.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        literal = value.description
    }

    /// The literal text.
    public var description: String { literal }

    /// The value when it is whole and fits 64 bits, however it was written (`1.0` and `1e3` are whole).
    public var intValue: Int64? { Int64(literal) ?? DecimalParts(literal).intValue }

    /// The nearest floating-point value; `nil` when the number is too large for one.
    public var doubleValue: Double? { Double(literal).flatMap { $0.isFinite ? $0 : nil } }

    /// The one text of this value: `1` for `1.0`, `1e0` and `10e-1`; `0` for `-0`.
    ///
    /// The digits are exact; the layout is JavaScript's (plain up to 21 digits before the point and 6 zeros after it,
    /// otherwise with an exponent).
    public var canonicalLiteral: String { DecimalParts(literal).canonicalText }
}

extension JSONNumber: Hashable, Comparable {
    /// Whether both have the same value.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.literal == right.literal || DecimalParts(left.literal) == DecimalParts(right.literal)
    }

    /// Whether `left` is the smaller value.
    public static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        DecimalParts(left.literal) < DecimalParts(right.literal)
    }

    /// Feeds the value into `hasher`, so that `1` and `1.0` hash alike.
    public func hash(into hasher: inout Hasher) { hasher.combine(DecimalParts(literal)) }
}
