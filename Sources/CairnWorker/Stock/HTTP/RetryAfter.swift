import Foundation

/// The header `Retry-After`: whole seconds, or a date.
enum RetryAfter {
    /// The longest wait that is honoured.
    static let longest: Duration = .seconds(86_400)

    /// The wait; nil when the header cannot be read.
    static func parse(_ text: String, now: Date) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let seconds = Int64(text) { return seconds < 0 ? nil : min(longest, .seconds(min(seconds, 86_400))) }
        guard let date = date(text) else { return nil }
        return min(longest, .milliseconds(Int64(max(0, min(86_400, date.timeIntervalSince(now))) * 1000)))
    }

    /// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}
