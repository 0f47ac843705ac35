/// The units of a written duration, largest first.
enum DurationUnit: String, CaseIterable {
    case days = "d"
    case hours = "h"
    case minutes = "m"
    case seconds = "s"
    case milliseconds = "ms"

    /// How many milliseconds one of it is.
    var milliseconds: Int64 {
        switch self {
        case .days: 86_400_000
        case .hours: 3_600_000
        case .minutes: 60_000
        case .seconds: 1000
        case .milliseconds: 1
        }
    }
}

extension Milliseconds: CustomStringConvertible {
    /// The longest duration that can be written: a hundred years.
    public static let longest = Milliseconds.days(36_500)

    /// Reads `"250ms"`, `"30s"`, `"5m"`, `"2h"` or `"7d"`: a whole number (no sign, no fraction) and one unit. `nil` for
    /// anything else and for more than ``longest``.
    public init?(_ text: String) {
        let digits = text.utf8.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard !digits.isEmpty, digits.count <= 18,
            let unit = DurationUnit(rawValue: String(text.dropFirst(digits.count))),
            let count = Int64(String(text.prefix(digits.count))),
            count <= Milliseconds.longest.rawValue / unit.milliseconds
        else { return nil }
        rawValue = count * unit.milliseconds
    }

    /// The span in the largest unit that divides it: 90,000 is `"90s"`, 120,000 is `"2m"`, 0 is `"0s"`.
    public var description: String {
        if rawValue == 0 { return "0s" }
        let unit = DurationUnit.allCases.first { rawValue % $0.milliseconds == 0 } ?? .milliseconds
        return "\(rawValue / unit.milliseconds)\(unit.rawValue)"
    }
}
