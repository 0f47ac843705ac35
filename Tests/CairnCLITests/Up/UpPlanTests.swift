import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct UpPlanTests {
    private func plan(in directory: String, workers: Int = 1) throws -> UpPlan {
        for path in ["Templates/a/bin", "Templates/b", "Templates/empty", ".git", "sub"] {
            try FileManager.default.createDirectory(
                atPath: "\(directory)/\(path)", withIntermediateDirectories: true)
        }
        for path in ["Templates/a/t.json", "Templates/b/t.json"] {
            try "{}".write(toFile: "\(directory)/\(path)", atomically: true, encoding: .utf8)
        }
        return UpPlan(
            project: Project(from: directory + "/sub"), port: 8081, workers: workers, databaseURL: nil, sample: .first)
    }

    @Test func theProjectIsFoundUpwards() async throws {
        try await Program.withDirectory { directory in
            let plan = try plan(in: directory)
            #expect(plan.project.root == URL(fileURLWithPath: directory).standardizedFileURL.path)
            #expect(plan.project.data == plan.project.root + "/.cairn")
            #expect(plan.project.namespaces == ["a", "b"])
            #expect(Project(data: "elsewhere", from: directory).data == directory + "/elsewhere")
        }
    }

    @Test("a directory whose name can be no namespace has no worker, and is named")
    func noNamespaces() async throws {
        try await Program.withDirectory { directory in
            let plan = try plan(in: directory)
            let long = String(repeating: "n", count: 64)
            for name in ["my-app", "Shop", "2nd", "_x", long, ".hidden"] {
                let folder = "\(directory)/Templates/\(name)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try "{}".write(toFile: folder + "/t.json", atomically: true, encoding: .utf8)
            }
            #expect(plan.project.namespaces == ["a", "b"])
            #expect(plan.project.foldersWithoutNamespace == ["2nd", "Shop", "_x", "my-app", long].sorted())
        }
    }

    @Test("a template in another folder than its namespace's is named, and whether anybody works for that")
    func misplaced() async throws {
        try await Program.withDirectory { directory in
            let plan = try plan(in: directory)
            func put(_ file: String, namespace: String) throws {
                let template =
                    #"{"namespace": "\#(namespace)", "name": "t", "version": "1.0.0", "steps": [{"name": "a", "handler": "cairn.echo"}]}"#
                try template.write(
                    toFile: "\(directory)/Templates/\(file).json", atomically: true, encoding: .utf8)
            }
            try put("a/good", namespace: "a")
            try put("a/of_b", namespace: "b")
            try put("b/of_c", namespace: "c")
            #expect(
                plan.misplacedTemplates == [
                    "Templates/a/of_b.json is of namespace b: put it into Templates/b",
                    "Templates/b/of_c.json is of namespace c: put it into Templates/c; no worker is started for c",
                ])
        }
    }

    @Test func aWorkerForEachNamespace() async throws {
        try await Program.withDirectory { directory in
            let plan = try plan(in: directory, workers: 2)
            let workers = plan.workerChildren("/bin/cairn-worker", database: "postgresql:///x")
            #expect(workers.map(\.name) == ["worker-a-1", "worker-a-2", "worker-b-1", "worker-b-2"])
            #expect(
                workers[0].command == ["/bin/cairn-worker", "--namespace", "a", "--allow-process", "Templates/a/bin/*"])
            #expect(workers[2].command == ["/bin/cairn-worker", "--namespace", "b"])
            #expect(workers.allSatisfy { $0.directory == plan.project.root })
            // Not among the arguments, which everybody on the machine may read.
            #expect(workers[0].environment == ["DATABASE_URL": "postgresql:///x"])
        }
    }

    @Test func theShopListensWhereItIsTold() async throws {
        try await Program.withDirectory { directory in
            var plan = try plan(in: directory)
            #expect(plan.shopChild("/bin/shop").command == ["/bin/shop", "--port", "8090"])
            plan.shopPort = 8099
            #expect(plan.shopChild("/bin/shop").command == ["/bin/shop", "--port", "8099"])
            let said = Ports.shopIsTaken(8099, isCalled: true, besides: 8080)
            #expect(said.contains("the steps of commerce call whatever is there"))
            #expect(said.hasSuffix("cairn up --shop-port 8100, and that port in Templates/commerce"))
        }
    }

    @Test func whatIsProposedIsNotThePortOfTheOther() {
        #expect(Ports.refusal(8089, EADDRINUSE).whatToDo?.hasSuffix("cairn up --port 8091") == true)
        #expect(Ports.refusal(65535, EADDRINUSE, besides: 8081).whatToDo?.hasSuffix("cairn up --port 8082") == true)
        #expect(Ports.shopIsTaken(8079, isCalled: true, besides: 8080).contains("cairn up --shop-port 8081,"))
    }

    /// One line, and no other that would speak of a shop where there is none.
    @Test func aShopThatCannotBeStartedIsNotSaidToBeMissed() async throws {
        try await Program.withDirectory { directory in
            let plan = try plan(in: directory)
            let said = Ports.shopIsTaken(plan.shopPort, isCalled: false, besides: plan.port)
            #expect(said.contains("call another one") && !said.contains("whatever is there"))
        }
    }

    @Test func ordersThatWouldMissTheShopAreNotProposed() async throws {
        try await Program.withDirectory { directory in
            var plan = try plan(in: directory)
            let folder = directory + "/Templates/commerce"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let template = #"{"url": "http://127.0.0.1:8090/validate", "other": "https://example.com:99/"}"#
            try template.write(toFile: folder + "/order.json", atomically: true, encoding: .utf8)
            try "{}".write(toFile: folder + "/idle.json", atomically: true, encoding: .utf8)
            func proposesAnOrder(hasShop: Bool = true) -> Bool {
                UpBanner(plan: plan, databaseURL: "x", sample: nil, hasShop: hasShop, program: "cairn").lines
                    .contains { $0.plain.contains("task submit commerce order_fulfillment") }
            }
            #expect(plan.templatesThatMissTheShop == [] && proposesAnOrder())
            #expect(!proposesAnOrder(hasShop: false), "its port was taken")
            plan.shopPort = 8099
            #expect(plan.templatesThatMissTheShop == ["Templates/commerce/order.json"] && !proposesAnOrder())
            let said = Ports.shopIsMissed(8099, by: "Templates/commerce/order.json")
            #expect(
                said.hasSuffix(
                    "write 8099 there, raise its version, and: cairn template register Templates/commerce/order.json"))
        }
    }

    @Test func theBannerCanBeCopied() async throws {
        try await Program.withDirectory { directory in
            let plan = try plan(in: directory)
            let banner = UpBanner(
                plan: plan, databaseURL: "x", sample: nil, hasShop: true, program: "/opt/my tools/cairn")
            let lines = banner.lines.map(\.plain)
            #expect(lines.contains("  cd '\(plan.project.root)'"))
            #expect(lines.contains("  '/opt/my tools/cairn' task list"), "found by the lock")
            #expect(lines.contains("  psql      '/opt/my tools/cairn' psql"))
            var elsewhere = plan
            elsewhere.project.data = "/var/my data"
            let other = UpBanner(plan: elsewhere, databaseURL: "x", sample: nil, hasShop: true, program: "cairn").lines
                .map(\.plain)
            #expect(other.contains("  psql      cairn psql --data '/var/my data'"))
            #expect(other.contains("  cairn task list --server http://127.0.0.1:8081"))
        }
    }

    @Test func aProgramThatWasBuiltInTheProjectIsCalledByItsShortPath() async throws {
        try await Program.withDirectory { directory in
            let build = directory + "/.build/x86_64/release"
            try FileManager.default.createDirectory(atPath: build, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: directory + "/.build/release", withDestinationPath: "x86_64/release")
            #expect(Programs.name(in: directory) == Programs.executable)
            try FileManager.default.createSymbolicLink(
                atPath: build + "/cairn", withDestinationPath: Programs.executable)
            #expect(Programs.name(in: directory) == ".build/release/cairn")
        }
    }

    @Test func noTwoSamplesWriteTheSameReport() async throws {
        try await Program.withDirectory { directory in
            var plan = try plan(in: directory)
            let moment = Date(timeIntervalSince1970: 1_795_282_742)
            func output(_ plan: UpPlan, _ date: Date) -> String? {
                plan.sampleTask(at: date).context?["output"]?.stringValue
            }
            let first = output(plan, moment)
            #expect(first == plan.project.data + "/reports/2026-11-21T173902Z")
            #expect(output(plan, moment + 1) != first)
            plan.project.data = "/elsewhere"
            #expect(output(plan, moment) == "/elsewhere/reports/2026-11-21T173902Z")
        }
    }

    @Test(arguments: [("/a/b-c.d", "/a/b-c.d"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$x", "'$x'")])
    func quoting(text: String, word: String) { #expect(UpBanner.quoted(text) == word) }

    @Test func whatGitHasAgainstAProjectIsSaid() {
        func obstacle(_ said: String, status: Int32 = 128) -> String? {
            GitRepository.obstacle(at: "/a b", status: status, said: said)
        }
        #expect(obstacle("", status: 0) == nil)
        #expect(obstacle("fatal: not a git repository (or any") == "/a b is no git repository to report on")
        let foreign = obstacle("fatal: detected dubious ownership in repository at '/a b'\nTo add")
        #expect(foreign?.hasSuffix("git config --global --add safe.directory '/a b'") == true)
        #expect(obstacle("env: 'git': No such file or directory", status: 127) == "git is not installed")
        #expect(obstacle("fatal: one\ntwo\n") == "git fails: fatal: one two")
    }

    @Test func restartsTakeLongerEachTime() {
        var backoff = RestartBackoff()
        #expect(
            (0..<8).map { _ in backoff.next(after: .seconds(1)) } == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16), .seconds(30),
                .seconds(30),
            ])
        #expect(backoff.next(after: .seconds(61)) == .milliseconds(500))
    }
}
