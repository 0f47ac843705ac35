import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct TableTests {
    private var table: Table {
        var table = Table([.init(title: "name"), .init(title: "n", isRight: true), .init(title: "what", shrinks: true)])
        table.add([Span("a"), Span("1"), Span("a long description")])
        table.add([Span("beta"), Span("100"), Span("")])
        return table
    }

    @Test func columnsAreAligned() {
        #expect(
            table.lines(width: .max).map(\.plain) == [
                "NAME    N  WHAT", "a       1  a long description", "beta  100",
            ])
    }

    @Test(.timeLimit(.minutes(1))) func oneGreatCellIsNoBurdenForTheOthers() {
        var table = Table([.init(title: "step"), .init(title: "after", shrinks: true)])
        for number in 0..<5000 { table.add([Span("s\(number)"), Span("")]) }
        table.add([Span("join"), Span((0..<5000).map { "s\($0)" }.joined(separator: ", "))])
        #expect(table.lines(width: 80).last?.plain.count == 80)
        #expect(table.lines(width: .max).last?.plain.hasSuffix("s4998, s4999") == true)
        #expect(table.lines(width: .max)[1] == Line([Span("s0")]))
    }

    @Test func whatMayShrinkDoes() {
        #expect(table.lines(width: 20).map(\.plain) == ["NAME    N  WHAT", "a       1  a long d…", "beta  100"])
    }

    @Test func whatIsStillTooWideIsLeftOutOrFolded() {
        var table = Table([
            .init(title: "n", isRight: true), .init(title: "what", folds: .early), .init(title: "state"),
            .init(title: "when", isOptional: true), .init(title: "by", shrinks: true, isOptional: true),
        ])
        table.add([Span("1"), Span("the first of all"), Span("complete"), Span("now"), Span("a very long name")])
        table.add([Span("2"), Span(""), Span("error"), Span(""), Span("")])
        #expect(
            table.lines(width: 46).map(\.plain) == [
                "N  WHAT              STATE     WHEN  BY", "1  the first of all  complete  now   a very l…",
                "2                    error",
            ])
        #expect(table.lines(width: 44).first?.plain == "N  WHAT              STATE     WHEN")
        #expect(table.lines(width: 34).first?.plain == "N  WHAT              STATE")
        #expect(
            table.lines(width: 17).map(\.plain) == [
                "N  STATE", "1  complete", "    the first of", "    all", "2  error",
            ])
    }

    @Test(arguments: [80, 120, 200])
    func workersKeepTheirNamesAndWhatTheyServe(width: Int) throws {
        let worker: JSON = [
            "id": 12345, "name": "orders-worker-6d4cf56db6-x7k2p-production-eu-west-1a-4711", "state": "draining",
            "host": "orders-worker-6d4cf56db6-x7k2p-production-eu-west-1a", "pid": 4711, "running": 100,
            "concurrency": 100, "namespaces": ["commerce", "reports"],
            "handlers": ["cairn.echo", "cairn.fail", "cairn.http", "cairn.process", "cairn.sleep", "shop.charge"],
        ]
        let table = WorkerList.table([try WorkerObject(json: worker)], now: Date())
        let lines = table.lines(width: width).map(\.plain)
        let text = lines.joined(separator: "\n")
        #expect(lines.allSatisfy { displayWidth($0) <= width && !$0.contains("…") }, "\(text)")
        for word in ["12345", "eu-west-1a-4711", "draining", "100/100", "commerce, reports", "shop.charge"] {
            #expect(text.contains(word), "\(word) in \(text)")
        }
    }

    @Test func historyKeepsNamesThatAreLong() throws {
        let step = String(repeating: "long_", count: 12)
        let row: JSON = [
            "id": 1, "at": "2026-11-21T12:17:18.158Z", "event": "resolve_manually", "from_state": "error",
            "to_state": "resolved_manually", "path": ["error", "resolved_manually"], "attempt": 3,
            "step": .string(step),
            "actor": "ann.of.the.night.shift@example.com", "reason": "taken to the post office",
        ]
        let history = try TaskHistory(json: ["task": [], "steps": [row]])
        let lines = TaskHistoryCommand.table(history).lines(width: 80).map(\.plain)
        let text = lines.joined(separator: "\n")
        #expect(lines.allSatisfy { displayWidth($0) <= 80 && !$0.contains("…") }, "\(text)")
        for word in [step, "ann.of.the.night.shift@example.com", "taken to the post office"] {
            #expect(text.contains(word), "\(word) in \(text)")
        }
    }

    @Test(arguments: [40, 60, 80, 100, 200])
    func tasksKeepTheirStateAndTemplate(width: Int) throws {
        let page = try TaskPage(json: try Fixtures.json("tasks"))
        let lines = TaskList.table(page.tasks, now: try Fixtures.date("2026-11-21T12:20:00Z")).lines(width: width)
        let text = lines.map(\.plain).joined(separator: "\n")
        #expect(lines.allSatisfy { $0.width <= width })
        for task in page.tasks {
            #expect(text.contains("\(task.namespace)/\(task.templateName) \(task.templateVersion)"))
            #expect(text.contains(task.stateName))
        }
    }

    @Test func tasks() throws {
        let page = try TaskPage(json: try Fixtures.json("tasks"))
        let lines = TaskList.table(page.tasks, now: try Fixtures.date("2026-11-21T12:20:00Z")).lines(width: 100)
        #expect(lines.first?.plain == "ID  STATE       TEMPLATE                        STEPS    TOOK  CREATED  TAGS")
        #expect(lines.dropFirst().first?.plain.hasPrefix(" 6  ✖ error     example/troubled 1.0.0") == true)
        #expect(lines.dropFirst().first?.plain.hasSuffix("demo") == true)
    }

    @Test func historyInANarrowTerminalHasItsStatesBelow() throws {
        let history = try TaskHistory(json: try Fixtures.json("history-error"))
        let lines = TaskHistoryCommand.table(history).lines(width: 80).map(\.plain)
        #expect(lines[0] == " ID  AT                        OF      EVENT           ATTEMPT  BY")
        #expect(lines[1] == "128  2026-11-21 12:17:18.158Z  task    start")
        #expect(lines[2] == "    pending → initializing → enqueuing_steps → steps_in_process")
        #expect(lines.allSatisfy { displayWidth($0) <= 80 && !$0.contains("…") })
    }

    @Test func history() throws {
        let history = try TaskHistory(json: try Fixtures.json("history-error"))
        let rows = TaskHistoryCommand.table(history).lines(width: .max).map(\.plain)
        #expect(rows.count == history.task.count + history.steps.count + 1)
        #expect(history.merged.map(\.id) == history.merged.map(\.id).sorted())
        #expect(rows[1].contains("pending → initializing → enqueuing_steps → steps_in_process"))
        #expect(rows.last?.contains("steps_in_process → evaluating_results → blocked_by_failures → error") == true)
    }
}
