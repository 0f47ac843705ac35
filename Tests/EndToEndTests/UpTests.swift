import CairnModel
import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// `cairn up` as a newcomer runs it: a project in a path with a space, the real programs, the real templates.
@Suite(.serialized) struct UpTests {
    /// A project with the templates of this repository, the shop's port in them, and a small git history of its own.
    private func project(shopPort: Int) throws -> URL {
        let root = FileManager.default.temporaryDirectory.appending(path: "cairn up \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Program.root.appending(path: "Templates"), to: root.appending(path: "Templates"))
        let order = root.appending(path: "Templates/commerce/order_fulfillment.json")
        let text = try String(contentsOf: order, encoding: .utf8).replacing(":8090/", with: ":\(shopPort)/")
        try text.write(to: order, atomically: true, encoding: .utf8)
        _ = try git(root, "init", "-q", "-b", "main")
        for number in 1...3 {
            try "line\n".write(to: root.appending(path: "file \(number).txt"), atomically: true, encoding: .utf8)
            _ = try git(root, "add", ".")
            _ = try git(
                root, "-c", "user.name=Author \(number % 2)", "-c", "user.email=a\(number % 2)@example.com", "commit",
                "-q", "-m", "Change \(number)")
        }
        return root
    }

    private func git(_ root: URL, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-C", root.path(percentEncoded: false)] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// `cairn up` on ports of its own, so that nothing else on this machine matters.
    private func up(_ root: URL, _ port: Int, _ shopPort: Int, _ arguments: String...) throws -> Program {
        try Program(
            "cairn", ["up", "--port", "\(port)", "--shop-port", "\(shopPort)"] + arguments,
            environment: ["DATABASE_URL": ""], in: root)
    }

    /// Runs `cairn` to its end and returns what it printed as JSON.
    private func cairn(_ server: String, _ arguments: String...) async throws -> (
        code: Int32, json: JSON?, said: String
    ) {
        let program = try Program("cairn", arguments + ["--server", server])
        let code = try await program.exitCode()
        return (code, try? JSON.parse(program.said), program.said)
    }

    /// The processes whose command line has these words.
    private func processes(with words: String) -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["pgrep", "-af", words]
        let pipe = Pipe()
        process.standardOutput = pipe
        try? process.run()
        let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("up runs a real report whose numbers are git's, takes orders, keeps its data, and leaves nothing running")
    func twice() async throws {
        let shopPort = try freePort()
        let root = try project(shopPort: shopPort)
        defer { try? FileManager.default.removeItem(at: root) }
        var before = 0
        for round in 1...2 {
            let port = try freePort()
            let server = "http://127.0.0.1:\(port)"
            let up = try up(root, port, shopPort)
            try await eventually("everything is up; it says: \(up.said)", within: .seconds(120)) {
                up.said.contains("Next, in another terminal") ? () : nil
            }
            let list = try await cairn(server, "task", "list", "--json")
            let tasks = list.json?["tasks"]?.arrayValue ?? []
            #expect(tasks.count == before + 1, "the second up finds the data of the first")
            let id = try #require(tasks.first?["id"]?.intValue)
            let task = try #require(try await cairn(server, "task", "show", "\(id)", "--json").json)
            #expect(task["state"]?.stringValue == "complete", "\(task.text)")
            let steps = task["steps"]?.arrayValue ?? []
            func result(_ name: String) -> JSON? { steps.first { $0["name"]?.stringValue == name }?["result"] }

            #expect(
                result("join")?["totals"]?["commits"]?.intValue == Int64(try git(root, "rev-list", "--count", "HEAD")))
            let files = try git(root, "ls-tree", "-r", "--name-only", "-z", "HEAD").split(separator: "\0").count
            #expect(result("join")?["totals"]?["files"]?.intValue == Int64(files))
            let authors = Set(try git(root, "log", "--format=%aN <%aE>").split(separator: "\n")).count
            #expect(result("by_author")?["contributors"]?.intValue == Int64(authors))
            for kind in ["html", "markdown", "chart"] {
                let path = try #require(result("write_report")?[kind]?.stringValue)
                #expect(FileManager.default.fileExists(atPath: path))
            }

            for (template, count) in [
                ("linear_workflow", 4), ("diamond_workflow", 4), ("tree_workflow", 8), ("mixed_dag_workflow", 7),
            ] {
                let run = try await cairn(server, "task", "submit", "example", template, "--wait")
                #expect(run.code == 0, "\(run.said)")
                #expect(run.said.components(separatedBy: " complete").count - 1 == count + 1, "\(run.said)")
            }
            try await orders(server, shopPort: shopPort, round: round)
            let refused = try await cairn(server, "task", "submit", "commerce", "order_fulfillment", "--context", "{}")
            #expect(refused.code == 2)

            before = try await cairn(server, "task", "list", "--json").json?["tasks"]?.arrayValue?.count ?? 0
            up.signal(SIGINT)
            #expect(try await up.exitCode() == 0, "\(up.said)")
            let left = try await eventually("nothing is left running", within: .seconds(20)) {
                processes(with: root.lastPathComponent).isEmpty ? [String]() : nil
            }
            #expect(left == [])
        }
    }

    @Test("a broken template file is named with its error and skipped: everything else starts, and without the sample")
    func brokenTemplates() async throws {
        let shopPort = try freePort()
        let root = try project(shopPort: shopPort)
        defer { try? FileManager.default.removeItem(at: root) }
        for name in ["example/tree_workflow", "reports/repository_report"] {
            try Data("{\n  \"name\" \"x\"\n}".utf8).write(to: root.appending(path: "Templates/\(name).json"))
        }
        let port = try freePort()
        let up = try up(root, port, shopPort)
        try await eventually("everything is up; it says: \(up.said)", within: .seconds(120)) {
            up.said.contains("Next, in another terminal") ? () : nil
        }
        let said = up.said
        for line in [
            "4 templates are registered, 2 files are skipped,",
            "– Templates/example/tree_workflow.json is skipped: its template is not registered\n",
            "– No sample is run: its template, reports/repository_report, is not registered\n",
        ] { #expect(said.contains(line), "\(said)") }
        let issue = "    Templates/example/tree_workflow.json:2:10: error: "
        #expect(said.components(separatedBy: issue).count == 2, "said once: \(said)")
        #expect(!said.contains("started again"), "\(said)")
        let run = try await cairn("http://127.0.0.1:\(port)", "task", "submit", "example", "linear_workflow", "--wait")
        #expect(run.code == 0, "\(run.said)")
        up.signal(SIGINT)
        #expect(try await up.exitCode() == 0, "\(up.said)")
    }

    @Test("a folder whose name can be no namespace, and a template that is of another, are named; everything starts")
    func misplacedTemplates() async throws {
        let shopPort = try freePort()
        let root = try project(shopPort: shopPort)
        defer { try? FileManager.default.removeItem(at: root) }
        let folder = root.appending(path: "Templates/my-app")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let template =
            #"{"namespace":"my_app","name":"one","version":"1.0.0","steps":[{"name":"a","handler":"cairn.echo"}]}"#
        try Data(template.utf8).write(to: folder.appending(path: "one.json"))
        let port = try freePort()
        let up = try up(root, port, shopPort, "--no-sample")
        try await eventually("everything is up; it says: \(up.said)", within: .seconds(120)) {
            up.said.contains("Next, in another terminal") ? () : nil
        }
        let lines = up.said.split(separator: "\n")
        #expect(lines.first?.hasPrefix("– No worker is started for Templates/my-app: ") == true, "\(up.said)")
        #expect(up.said.contains("– Templates/my-app/one.json is of namespace my_app: "), "\(up.said)")
        let run = try await cairn("http://127.0.0.1:\(port)", "task", "submit", "example", "linear_workflow", "--wait")
        #expect(run.code == 0, "\(run.said)")
        up.signal(SIGINT)
        #expect(try await up.exitCode() == 0, "\(up.said)")
    }

    @Test("up starts PostgreSQL again when it dies, and everything goes on")
    func databaseDies() async throws {
        let shopPort = try freePort()
        let root = try project(shopPort: shopPort)
        defer { try? FileManager.default.removeItem(at: root) }
        let port = try freePort()
        let server = "http://127.0.0.1:\(port)"
        let up = try up(root, port, shopPort, "--no-sample")
        try await eventually("everything is up; it says: \(up.said)", within: .seconds(120)) {
            up.said.contains("Next, in another terminal") ? () : nil
        }
        let file = root.appending(path: ".cairn/postgres/postmaster.pid")
        let first = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").first
        kill(try #require(first.flatMap { pid_t($0) }), SIGKILL)
        try await eventually("PostgreSQL is back; it says: \(up.said)", within: .seconds(60)) {
            up.said.contains("PostgreSQL is started again") ? () : nil
        }
        let run = try await eventually("a task is taken", within: .seconds(30)) {
            let run = try await cairn(server, "task", "submit", "example", "linear_workflow", "--wait")
            return run.code == 0 ? run : nil
        }
        #expect(run.said.contains("complete"))
        up.signal(SIGINT)
        #expect(try await up.exitCode() == 0, "\(up.said)")
    }

    /// An order that goes well, one that must ask twice again, and one that is not paid for.
    private func orders(_ server: String, shopPort: Int, round: Int) async throws {
        func order(_ name: String) async throws -> (code: Int32, said: String) {
            let context =
                #"{"order_id":"\#(name)-\#(round)","customer_email":"ann@example.com","items":[{"sku":"tea","quantity":2,"unit_price":4.5}]}"#
            let run = try await cairn(
                server, "task", "submit", "commerce", "order_fulfillment", "--wait", "--context", context)
            return (run.code, run.said)
        }
        func fail(_ fault: String) async throws {
            var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(shopPort)/faults")))
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(fault.utf8)
            let (_, response) = try await URLSession.shared.data(for: request)
            #expect((response as? HTTPURLResponse)?.statusCode == 201)
        }
        let plain = try await order("plain")
        #expect(plain.code == 0, "\(plain.said)")

        try await fail(#"{"path": "/shipments", "times": 2, "status": 503, "retry_after": 1}"#)
        let late = try await order("late")
        #expect(late.code == 0, "\(late.said)")
        #expect(late.said.contains("attempt 3"), "shipped at the third attempt: \(late.said)")

        try await fail(#"{"path": "/payments/authorise", "times": 1, "status": 402}"#)
        let unpaid = try await order("unpaid")
        #expect(unpaid.code == 1, "\(unpaid.said)")
        #expect(unpaid.said.contains("402") && !unpaid.said.contains("notify  complete"), "\(unpaid.said)")
    }

    @Test("up that is killed takes everything it started with it")
    func killed() async throws {
        let shopPort = try freePort()
        let root = try project(shopPort: shopPort)
        defer { try? FileManager.default.removeItem(at: root) }
        let port = try freePort()
        let up = try up(root, port, shopPort, "--no-sample")
        try await eventually("everything is up; it says: \(up.said)", within: .seconds(120)) {
            up.said.contains("Next, in another terminal") ? () : nil
        }
        #expect(!processes(with: root.lastPathComponent).isEmpty)
        up.signal(SIGKILL)
        try await eventually("nothing is left running", within: .seconds(60)) {
            processes(with: root.lastPathComponent).isEmpty ? () : nil
        }
    }
}
