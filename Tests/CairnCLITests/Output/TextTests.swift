import CairnClient
import CairnModel
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

    @Test(arguments: [
        "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z", "2026-00-01T12:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T12:60:00Z", "2026-11-21T12:00:00", "2026-11-21T12:00:00.Z", "2026-11-21T12:00:00Zx",
        "2026-11-21T12:00:00+2", "2026-11-2112:00:00Z", "26-11-21T12:00:00Z", "",
    ])
    func whatIsNoTimeIsNone(text: String) { #expect(Timestamp(text).date == nil) }

    @Test func timesAgreeWithFoundation() throws {
        // From 1621 to 9892, in steps that hit every time of day: before, Foundation reckons in the Julian calendar.
        for seconds in stride(from: -11_000_000_000.0, to: 250_000_000_000, by: 130_001_231) {
            let date = Date(timeIntervalSince1970: seconds)
            let text = date.formatted(.iso8601)
            #expect(Timestamp(text).date == date, "\(text)")
            #expect(
                Times.clock(Timestamp(text)) == text.replacing("T", with: " ").replacing("Z", with: ".000Z"), "\(text)")
        }
    }

    @Test func whatIsNoTimeStaysText() {
        #expect(Timestamp("soon").date == nil)
        #expect(Times.clock(Timestamp("soon")) == "soon")
    }

    @Test func nothingObeysTheTerminal() {
        #expect(sanitized("a\u{1B}[31mred\nnext\u{202E}") == "a\u{FFFD}[31mred next\u{FFFD}")
        #expect(sanitized("plain ✔ 日本") == "plain ✔ 日本")
    }

    @Test(
        arguments: [
            ["task", "show", "7"], ["task", "show", "7", "--json"], ["task", "list"], ["task", "graph", "7"],
            ["task", "graph", "7", "--format", "terminal"], ["task", "graph", "7", "--format", "dot"],
            ["task", "graph", "7", "--format", "json"], ["task", "history", "7"], ["task", "watch", "7"],
            ["task", "watch", "7", "--json"], ["task", "submit", "a/b"], ["task", "submit", "a/b", "--wait"],
            ["template", "list"], ["template", "show", "a/b"], ["template", "graph", "a/b"], ["worker", "list"],
            ["task", "show", "8"], ["task", "show", "8", "--json"], ["template", "list", "--json"],
        ])
    func noCommandPassesOnWhatATerminalWouldObey(command: [String]) async throws {
        let evil = #"a\u001b[2J\u009b31m\u007f\u202eb"#
        let step =
            #"{"name": "\#(evil)", "state": "error", "step_no": 1, "handler": "\#(evil)", "depends_on": [],"#
            + #" "error": {"message": "\#(evil)\n\#(evil)", "stderr": "\#(evil)"}, "attempt": 1}"#
        let task =
            #"{"id": 7, "namespace": "\#(evil)", "template_name": "\#(evil)", "template_version": "\#(evil)","#
            + #" "name": "\#(evil)", "version": "\#(evil)", "description": "\#(evil)", "state": "error","#
            + #" "context": {"\#(evil)": "\#(evil)"}, "tags": ["\#(evil)"], "reason": "\#(evil)", "steps": [\#(step)]}"#
        let row =
            #"{"id": 1, "at": "\#(evil)", "event": "\#(evil)", "to_state": "\#(evil)", "path": ["\#(evil)"],"#
            + #" "step": "\#(evil)", "attempt": 1, "reason": "\#(evil)"}"#
        let worker =
            #"{"id": 1, "name": "\#(evil)", "state": "\#(evil)", "host": "\#(evil)", "handlers": ["\#(evil)"]}"#
        let server = try FakeServer { request in
            switch request.path {
            case let path where path.hasSuffix("/history"): .json(#"{"task": [], "steps": [\#(row)]}"#)
            case "/v1/tasks/8": .problem(404, #"{"code": "\#(evil)", "detail": "\#(evil)", "hint": "\#(evil)"}"#)
            case "/v1/tasks/7", "/v1/templates/a/b": .json(task)
            case "/v1/tasks" where request.method == "POST": .json(task, status: 201)
            case "/v1/workers": .json("[\(worker)]")
            case "/v1/templates": .json("[\(task)]")
            default: .json(#"{"tasks": [\#(task)], "next": null}"#)
            }
        }
        defer { server.stop() }
        let outcome = try await Program.run(command + ["--server", server.url])
        let text = outcome.output + outcome.errors
        #expect(text.contains("[2J"))
        #expect(text.unicodeScalars.filter { $0 != "\n" && $0.isControl }.isEmpty, "\(text.escapingControls)")
        if command.contains("--json"), command[1] != "watch" {
            #expect(try JSON.parse(outcome.output).text.contains("\u{9B}"))
        }
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
