import Postgres

extension PostgresTimestamp {
    /// The moment that an RFC 3339 text names, `2030-01-31T08:00:00.5Z` or `2030-01-31T09:00:00+01:00`, if it has one in
    /// UTC as well: there it is to be in the years 0001 to 9999.
    init?(rfc3339 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T", "t", " "), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
            let fraction = reader.skip(".") ? reader.microseconds() : 0, let offset = reader.zone(), reader.isAtEnd,
            (1...12).contains(month), (1...Self.days(month, year)).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let days = Self.daysSince1970(year: year, month: month, day: day)
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return nil }
        self.init(microsecondsSince1970: seconds * 1_000_000 + fraction)
    }

    private static func days(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The proleptic Gregorian calendar, by eras of 400 years that begin on 1 March.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// Reads digits and signs from the front of a text.
private struct DigitReader {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ choices: Character...) -> Bool {
        guard let first = rest.first, choices.contains(first) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int64? {
        let part = rest.prefix(digits)
        guard part.utf8.count == digits, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest.removeFirst(digits)
        return Int64(part)
    }

    /// The digits of a fraction, to the microsecond.
    mutating func microseconds() -> Int64? {
        let part = rest.prefix { "0"..."9" ~= $0 }
        guard !part.isEmpty, part.utf8.count == part.count else { return nil }
        rest.removeFirst(part.count)
        return Int64(part.prefix(6) + String(repeating: "0", count: max(0, 6 - part.count)))
    }

    /// `Z`, or hours and minutes ahead of UTC, in minutes.
    mutating func zone() -> Int64? {
        if skip("Z", "z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
