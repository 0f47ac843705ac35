extension JSONScanner {
    /// The greatest power of ten that a digit may stand for: `numeric` holds 131,072 digits before the point.
    static let greatestPower = 131_071
    /// The most digits after the point that `numeric` holds.
    static let greatestScale = 16_383
    /// Exponents from here on are refused by `numeric` even for zero.
    private static let exponentBound = 1_073_741_823

    /// Reads a number and returns where it stands. Refuses what PostgreSQL's `numeric` would refuse.
    @discardableResult
    mutating func scanNumber() throws(JSONFault) -> Range<Int> {
        let start = at
        if current == UInt8(ascii: "-") { at += 1 }
        let whole = try scanDigits("a number needs a digit here")
        if whole.count > 1, bytes[whole.lowerBound] == UInt8(ascii: "0") {
            throw fault(.syntax, "a number has no leading zeros: remove them", at: whole.lowerBound)
        }
        var fraction = at..<at
        if current == UInt8(ascii: ".") {
            at += 1
            fraction = try scanDigits("a number needs a digit after its point")
        }
        var exponent = 0
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") { exponent = try scanExponent() }
        if whole.count > JSONScanner.greatestPower || fraction.count > JSONScanner.greatestScale || exponent != 0 {
            try checkRange(start: start, whole: whole, fraction: fraction, exponent: exponent)
        }
        return start..<at
    }

    private mutating func scanDigits(_ message: StaticString) throws(JSONFault) -> Range<Int> {
        let start = at
        while at < bytes.count, JSONScanner.isDigit(bytes[at]) { at += 1 }
        guard at > start else { throw fault(.syntax, "\(message); found \(found)") }
        return start..<at
    }

    private mutating func scanExponent() throws(JSONFault) -> Int {
        at += 1
        let isNegative = current == UInt8(ascii: "-")
        if isNegative || current == UInt8(ascii: "+") { at += 1 }
        let digits = try scanDigits("a number needs a digit in its exponent")
        var value = 0
        for index in digits { value = min(value * 10 + Int(bytes[index] - UInt8(ascii: "0")), 10_000_000_000) }
        return isNegative ? -value : value
    }

    private mutating func checkRange(
        start: Int, whole: Range<Int>, fraction: Range<Int>, exponent: Int
    ) throws(JSONFault) {
        let zero = UInt8(ascii: "0")
        var power: Int?
        if let first = whole.first(where: { bytes[$0] != zero }) {
            power = whole.upperBound - 1 - first
        } else if let first = fraction.first(where: { bytes[$0] != zero }) {
            power = fraction.lowerBound - 1 - first
        }
        let scale = fraction.count - exponent
        let tooLarge = power.map { $0 + exponent > JSONScanner.greatestPower } ?? false
        if tooLarge || scale > JSONScanner.greatestScale || exponent.magnitude >= JSONScanner.exponentBound {
            throw fault(
                .numberRange,
                "PostgreSQL holds at most 131072 digits before the point of a number and 16383 after it; "
                    + "shorten it or write it as a string",
                at: start)
        }
        room -= max(0, exponent > 0 ? exponent - fraction.count : -exponent)
        if room < 0 {
            throw fault(
                .tooLarge,
                "with its numbers written out, the document is larger than accepted: write fewer numbers with great "
                    + "exponents", at: start)
        }
    }
}
