/// The header `Retry-After` (RFC 9110, section 10.2.3): whole seconds, or a date.
package enum RetryAfter {
    /// The longest wait that is honoured.
    package static let longest: Duration = .seconds(86_400)

    /// The wait; nil when the header cannot be read. `now` is in seconds since 1970.
    package static func parse(_ text: String, now: Double) -> Duration? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        if words.count == 1, let seconds = Int64(words[0]) {
            return seconds < 0 ? nil : .seconds(min(seconds, longest.components.seconds))
        }
        guard let date = date(words) else { return nil }
        let wait = min(max(0, Double(date) - now), Double(longest.components.seconds))
        return .milliseconds(Int64(wait * 1000))
    }

    /// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`. The two forms of old are not read.
    private static func date(_ words: [Substring]) -> Int64? {
        guard words.count == 6, words[5] == "GMT", let day = number(words[1], 1...31),
            let year = number(words[3], 1970...9999),
            let month = months.firstIndex(of: words[2])
        else { return nil }
        let time = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard time.count == 3, let hour = number(time[0], 0...23), let minute = number(time[1], 0...59),
            let second = number(time[2], 0...60)
        else { return nil }
        return ((days(year, Int64(month) + 1, day) * 24 + hour) * 60 + minute) * 60 + second
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func number(_ text: Substring, _ range: ClosedRange<Int64>) -> Int64? {
        guard text.allSatisfy({ ("0"..."9").contains($0) }), let number = Int64(text), range.contains(number) else {
            return nil
        }
        return number
    }

    /// The days from 1970-01-01, in the Gregorian calendar: years begin in March, so that the leap day is the last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let inYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + inYear - 719_468
    }
}
