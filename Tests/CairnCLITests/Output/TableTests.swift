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

    @Test func whatMayShrinkDoes() {
        #expect(table.lines(width: 20).map(\.plain) == ["NAME    N  WHAT", "a       1  a long d…", "beta  100"])
    }

    @Test func tasks() throws {
        let page = try TaskPage(json: try Fixtures.json("tasks"))
        let lines = TaskList.table(page.tasks, now: try Fixtures.date("2026-11-21T12:20:00Z")).lines(width: 100)
        #expect(lines.first?.plain == "ID  STATE       TEMPLATE                        STEPS    TOOK  CREATED  TAGS")
        #expect(lines.dropFirst().first?.plain.hasPrefix(" 6  ✖ error     example/troubled 1.0.0") == true)
        #expect(lines.dropFirst().first?.plain.hasSuffix("demo") == true)
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
