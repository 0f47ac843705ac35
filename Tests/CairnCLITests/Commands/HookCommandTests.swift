import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct HookCommandTests {
    @Test func hooksAreATable() throws {
        let page = try HookPage(json: Fixtures.json("hooks"))
        let lines = HookList.table(page.hooks, now: try Fixtures.date("2026-11-21T12:30:00Z")).lines(width: 120)
            .map(\.plain)
        #expect(lines.first?.split(separator: " ").first == "ID")
        #expect(
            lines[1]
                == " 2  dead          2  complete 17 s ago      2  https://hooks.example.com/gone   the receiver answered 404"
        )
        #expect(lines[2].hasPrefix(" 1  delivered     1  complete 18 s ago      1  https://hooks.example.com/cairn"))
    }

    @Test func listPassesItsFiltersOn() async throws {
        let hooks = try Fixtures.text("hooks")
        let server = try FakeServer { _ in .json(hooks) }
        defer { server.stop() }
        let outcome = try await Program.run(
            "hook", "list", "--state", "dead", "--task", "7", "--limit", "5", "--after", "9", "--json", "--server",
            server.url)
        #expect(outcome.status == 0)
        #expect(try JSON.parse(outcome.output)["hooks"]?.arrayValue?.count == 2)
        #expect(server.requests.first?.path == "/v1/hooks?state=dead&task%5Fid=7&limit=5&after=9")
    }

    @Test func replaySaysWhoAndWhy() async throws {
        let hook = try #require(try Fixtures.json("hooks")["hooks"]?[0])
        let server = try FakeServer { _ in .json(hook.text) }
        defer { server.stop() }
        let outcome = try await Program.run(
            "hook", "replay", "2", "--reason", "mended", "--by", "ann", "--server", server.url)
        #expect(outcome.status == 0 && outcome.output == "hook 2  of task 2 is due now\n")
        #expect(server.requests.first?.path == "/v1/hooks/2/replay")
        #expect(try JSON.parse(try #require(server.requests.first).body) == ["by": "ann", "reason": "mended"])
        #expect(try await Program.run("hook", "replay", "2", "--server", server.url).status == 2, "without a reason")
    }

    @Test func aHookThatIsNotThereIsExit3() async throws {
        let server = try FakeServer { _ in
            .problem(404, #"{"status": 404, "code": "hook_not_found", "detail": "there is no hook 9"}"#)
        }
        defer { server.stop() }
        let outcome = try await Program.run("hook", "replay", "9", "--reason", "x", "--server", server.url)
        #expect(outcome.status == 3 && outcome.errors.contains("cairn hook list"))
    }
}
