import CairnClient
import Foundation
import Testing

@testable import cairn

@Suite struct TextTests {
    @Test(arguments: [
        (0.0004, "0 ms"), (0.12, "120 ms"), (0.9996, "1.0 s"), (3.24, "3.2 s"), (59.94, "59.9 s"), (59.96, "1 m 00 s"),
        (125, "2 m 05 s"), (3720, "1 h 02 m"), (90_000, "1 d 01 h"), (-5, "0 ms"),
    ])
    func spans(seconds: Double, text: String) { #expect(Times.span(seconds) == text) }

    @Test(arguments: [
        "2026-11-21T12:00:00.250+00:00", "2026-11-21T12:00:00.25Z", "2026-11-21T14:00:00.250000+02:00",
        "2026-11-21T12:00:00.250+00", "2026-11-21 12:00:00.250+0000",
    ])
    func timestamps(text: String) throws {
        let date = try #require(Timestamp(text).date)
        #expect(abs(date.timeIntervalSince1970 - 1_795_262_400.25) < 0.0005)
        #expect(Times.clock(Timestamp(text)) == "2026-11-21 12:00:00.250Z")
    }

    @Test func whatIsNoTimeStaysText() {
        #expect(Timestamp("soon").date == nil)
        #expect(Times.clock(Timestamp("soon")) == "soon")
    }

    @Test func nothingObeysTheTerminal() {
        #expect(sanitized("a\u{1B}[31mred\nnext\u{202E}") == "a\u{FFFD}[31mred next\u{FFFD}")
        #expect(sanitized("plain ✔ 日本") == "plain ✔ 日本")
    }

    @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("✔", 1), ("🚀", 2), ("", 0)])
    func widths(text: String, columns: Int) { #expect(displayWidth(text) == columns) }

    @Test(
        arguments: [
            ("one two three", 7, ["one two", "three"]), ("one two three", 8, ["one two", "three"]),
            ("one two three", 6, ["one", "two", "three"]), ("abcdefgh", 3, ["abc", "def", "gh"]),
            ("日本語", 4, ["日本", "語"]), ("", 4, [""]), ("fits", .max, ["fits"]), ("日", 1, ["日"]), ("ab ", 2, ["ab"]),
        ] as [(String, Int, [String])])
    func longTextIsBrokenAtSpaces(text: String, columns: Int, lines: [String]) {
        #expect(wrapped(text, to: columns) == lines)
    }

    @Test func linesAreCutWithAnEllipsis() {
        let line = Line([Span("abc", .red), Span("日本語")])
        #expect(line.truncated(to: 9) == line)
        #expect(line.truncated(to: 8).plain == "abc日本…")
        #expect(line.truncated(to: 7).plain == "abc日…")
        #expect(line.truncated(to: 1).plain == "…")
        #expect(line.text(Style(isColoured: true)) == "\u{1B}[31mabc\u{1B}[0m日本語")
    }
}
