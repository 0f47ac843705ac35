/// A decimal number taken apart: `digits` × 10^`exponent`, without leading or trailing zeros, so that equal values have
/// equal parts. Zero has no digits.
struct DecimalParts: Hashable {
    var isNegative = false
    var digits: [UInt8] = []
    var exponent = 0

    /// Takes a valid JSON number apart.
    init(_ literal: String) {
        var readsExponent = false
        var seenPoint = false
        var written = 0
        var writtenIsNegative = false
        for byte in literal.utf8 {
            switch byte {
            case UInt8(ascii: "-"):
                if readsExponent { writtenIsNegative = true } else { isNegative = true }
            case UInt8(ascii: "."): seenPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): readsExponent = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte - UInt8(ascii: "0")
                if readsExponent {
                    written = min(written * 10 + Int(digit), 10_000_000_000)
                } else {
                    if digit != 0 || !digits.isEmpty { digits.append(digit) }
                    if seenPoint { exponent -= 1 }
                }
            default: break
            }
        }
        exponent += writtenIsNegative ? -written : written
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty {
            exponent = 0
            isNegative = false
        }
    }

    /// How many digits stand before the decimal point; zero or less when the value is below 1.
    private var pointPosition: Int { digits.count + exponent }

    /// The value when it is whole and fits 64 bits.
    var intValue: Int64? {
        guard exponent >= 0, pointPosition <= 19 else { return digits.isEmpty ? 0 : nil }
        return Int64((isNegative ? "-" : "") + plainDigits + String(repeating: "0", count: exponent))
    }

    private var plainDigits: String { String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self) }

    /// The one text that stands for this value.
    var canonicalText: String {
        guard !digits.isEmpty else { return "0" }
        let text = plainDigits
        let sign = isNegative ? "-" : ""
        let point = pointPosition
        switch point {
        case 1...21 where exponent >= 0:
            return sign + text + String(repeating: "0", count: exponent)
        case 1...21:
            return sign + text.prefix(point) + "." + text.dropFirst(point)
        case -5...0:
            return sign + "0." + String(repeating: "0", count: -point) + text
        default:
            let fraction = text.dropFirst()
            let power = point - 1
            return sign + text.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + (power < 0 ? "e-" : "e+")
                + String(power.magnitude)
        }
    }

    static func < (left: DecimalParts, right: DecimalParts) -> Bool {
        let signs = (left.sign, right.sign)
        guard signs.0 == signs.1 else { return signs.0 < signs.1 }
        return signs.0 < 0 ? right.magnitudePrecedes(left) : left.magnitudePrecedes(right)
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

    private func magnitudePrecedes(_ other: DecimalParts) -> Bool {
        guard pointPosition == other.pointPosition else { return pointPosition < other.pointPosition }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}
