import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct TaskFrameTests {
    private func running() throws -> TaskFrame {
        TaskFrame(task: try Fixtures.task("task-running"), now: try Fixtures.date("2026-11-21T12:17:19.308Z"))
    }

    @Test func aRunningTask() throws {
        let lines = try running().lines(columns: 80, rows: 24).map(\.plain)
        #expect(
            lines == [
                "● example/troubled 1.0.0  task 6  steps_in_process  1.1 s",
                "━━━━━━━━━━────────────────  1/5 steps · 1 running · 1 waiting for a retry · 1 f…", "",
                "─ ✔ begin    131 ms",
                "┌ ↻ flaky            attempt 1/3 · again in 1 s · the other side is busy",
                "│ ✖ broken    24 ms  attempt 1/3 · no such account",
                "└ ● slow      1.0 s  worker 11",
                "─ ○ end              after flaky, broken, slow",
            ])
    }

    @Test func aTaskThatFailed() throws {
        let frame = TaskFrame(task: try Fixtures.task("task-error"), now: try Fixtures.date("2026-11-21T12:30:00Z"))
        #expect(
            frame.lines(columns: 80, rows: 24).map(\.plain) == [
                "✖ example/troubled 1.0.0  task 6  error  6.2 s",
                "━━━━━━━━━━━━━━━━━━━━──────  3/5 steps · 1 failed", "",
                "─ ✔ begin    131 ms",
                "┌ ✔ flaky      4 ms  attempt 3/3",
                "│ ✖ broken    24 ms  attempt 1/3 · no such account",
                "└ ✔ slow      6.0 s",
                "─ ○ end              after broken",
            ])
    }

    @Test func timeIsCountedFromTheStartOfATaskAndNotFromItsSubmit() throws {
        var json = try Fixtures.json("task-running").objectValue ?? JSONObject()
        json["started_at"] = .null
        let task = try TaskObject(json: .object(json))
        let lines = TaskFrame(task: task, now: try Fixtures.date("2026-11-21T12:17:19.308Z")).lines(
            columns: 80, rows: 24)
        #expect(lines.first?.plain == "● example/troubled 1.0.0  task 6  steps_in_process")
    }

    @Test func linesNeverExceedTheTerminal() throws {
        for columns in [10, 24, 40, 79] {
            for rows in 4...10 {
                let lines = try running().lines(columns: columns, rows: rows)
                #expect(lines.allSatisfy { $0.width <= columns })
                #expect(lines.count < max(rows, 5))
            }
        }
    }

    @Test func aRemarkIsTheLastLine() throws {
        var frame = try running()
        frame.remarks = ["the server does not answer"]
        #expect(frame.lines(columns: 80, rows: 24).last?.plain == "the server does not answer")
        #expect(frame.lines(columns: 20, rows: 24).suffix(2).map(\.plain) == ["the server does not", "answer"])
    }
}

@Suite struct StepWindowTests {
    private func rows(_ count: Int, active: Int?) -> [(line: Line, isActive: Bool)] {
        (0..<count).map { (Line("\($0)"), $0 == active) }
    }

    @Test func whatFitsIsShown() {
        #expect(StepWindow(rows(5, active: 2), room: 5).lines.map(\.plain) == ["0", "1", "2", "3", "4"])
    }

    @Test func whatRunsIsAlwaysShownAndNothingIsCountedWrong() {
        for count in [5, 6, 7, 20] {
            for room in 1..<count {
                for active in 0..<count {
                    let lines = StepWindow(rows(count, active: active), room: room).lines.map(\.plain)
                    #expect(lines.count == room)
                    #expect(lines.contains("\(active)"), "\(active) of \(count) in \(room): \(lines)")
                    let hidden = lines.compactMap { $0.firstMatch(of: #/(\d+) more/#).flatMap { Int($0.1) } }
                    #expect(room < 4 || hidden.reduce(lines.count - hidden.count, +) == count)
                    #expect(!hidden.contains(0))
                }
            }
        }
    }

    @Test func theWindowFollowsWhatRuns() {
        #expect(
            StepWindow(rows(60, active: 30), room: 6).lines.map(\.plain) == [
                "  … 29 more above", "29", "30", "31", "32", "  … 27 more below",
            ])
        #expect(
            StepWindow(rows(60, active: nil), room: 4).lines.map(\.plain) == [
                "  … 57 more above", "57", "58", "59",
            ])
        #expect(StepWindow(rows(60, active: 2), room: 4).lines.map(\.plain) == ["0", "1", "2", "  … 57 more below"])
        #expect(StepWindow(rows(60, active: 0), room: 2).lines.map(\.plain) == ["0", "1"])
    }
}

@Suite struct StepLayersTests {
    @Test func layersAreDrawnWithTheirBracket() throws {
        let task = try Fixtures.task("task-error")
        let rows = StepLayers(task.steps).rows
        #expect(rows.map { "\($0.gutter)\($0.step.name)" } == ["─begin", "┌flaky", "│broken", "└slow", "─end"])
    }

    @Test func aLongChainInReverseOrderIsNoDeepRecursion() {
        let nodes = (0..<10_000).map { (name: "s\($0)", dependsOn: $0 < 9999 ? ["s\($0 + 1)"] : []) }
        #expect(Layers(nodes).rows.map(\.index) == (0..<10_000).reversed())
    }

    @Test func aLoopInTheDataDoesNotHang() throws {
        let steps = try ["a", "b"].map { name in
            try StepObject(json: ["name": .string(name), "state": "pending", "depends_on": [name == "a" ? "b" : "a"]])
        }
        #expect(StepLayers(steps).rows.count == 2)
    }
}

@Suite struct LiveScreenTests {
    @Test func wrappedLinesCountForMore() {
        #expect(LiveScreen.moveUp(over: [], columns: 80) == "")
        #expect(LiveScreen.moveUp(over: ["12345", ""], columns: 80) == "\u{1B}[2A")
        #expect(LiveScreen.moveUp(over: ["12345", ""], columns: 2) == "\u{1B}[4A")
    }
}
