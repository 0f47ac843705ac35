import CairnModel
import Foundation
import Glibc
import Logging
import Testing

@testable import CairnWorker

@Suite struct ProcessHandlerTests {
    let handler = ProcessHandler(allowed: ProcessAllowList(["/bin/*", "/usr/bin/*"]), maxOutputBytes: 1000)

    private func shell(_ script: String, _ more: JSON = [:]) -> JSON {
        var config = more.objectValue ?? JSONObject()
        config["argv"] = ["/bin/sh", "-c", .string(script)]
        return .object(config)
    }

    @Test func `input goes in, JSON comes out`() async throws {
        #expect(try await run(handler, config: ["argv": ["/bin/cat"]], input: ["a": 1.50]) == ["a": 1.50])
        #expect(try await run(handler, config: shell("true")) == nil)
        #expect(try await run(handler, config: shell("printf '  \\n'")) == nil)
    }

    @Test func `it knows its step, and little else of the worker`() async throws {
        let script =
            #"printf '["%s","%s","%s","%s","%s"]' "$CAIRN_TASK_ID" "$CAIRN_STEP" "$CAIRN_ATTEMPT" "$MINE" "$DATABASE_URL""#
        setenv("DATABASE_URL", "secret", 1)
        let result = try await run(
            handler, config: shell(script, ["env": ["MINE": "yes", "CAIRN_STEP": "no"]]), attempt: 2)
        #expect(result == ["42", "step", "2", "yes", ""])
        #expect(try await run(handler, config: shell("printf '\"%s\"' \"$PWD\"", ["cwd": "/usr"])) == "/usr")
    }

    @Test func `a program that ignores its input is fine`() async throws {
        let big = JSON.string(String(repeating: "x", count: 500_000))
        #expect(try await run(handler, config: shell("echo 1"), input: big) == 1)
    }

    @Test func `what stays in the background does not hold the step up`() async throws {
        let result = try await run(handler, config: shell("sleep 60 & echo $!"))
        let background = try #require(result.intValue.flatMap { pid_t(exactly: $0) })
        #expect(Self.isAlive(background))
        kill(background, SIGKILL)
    }

    @Test func `exit statuses say what to do`() async throws {
        let again = try await failure(handler, config: shell("echo busy >&2; exit 75"))
        #expect(again.kind == .retryable)
        let never = try await failure(handler, config: shell("echo first >&2; echo broken >&2; echo >&2; exit 3"))
        #expect(never.kind == .permanent)
        #expect(never.message == "/bin/sh failed with exit status 3: broken")
        #expect(never.details["exit_status"]?.intValue == 3)
        #expect(never.details["stderr"] == "first\nbroken\n\n")
        #expect(try await failure(handler, config: shell("kill -9 $$")).code == "process_signal")
    }

    @Test func `output must be JSON, and not too much`() async throws {
        #expect(try await failure(handler, config: shell("echo hello")).code == "result_invalid")
        let large = try await failure(handler, config: shell("yes | head -c 100000"))
        #expect(large.code == "result_too_large")
        #expect(large.kind == .permanent)
    }

    @Test func `standard error goes to the log with the step`() async throws {
        let log = CapturedLog()
        var logger = log.logger
        logger[metadataKey: "task.id"] = "42"
        let config = shell("echo one >&2; printf 'two \\033[2J\\302\\233' >&2")
        let context = StepContext(
            taskID: 42, stepName: "step", config: StepDocument(bytes: config.bytes), logger: logger)
        _ = try await handler.run(json: [], context: context)
        #expect(log.lines == ["info one task.id=42", #"info two \u{1B}[2J\u{9B} task.id=42"#])
    }

    @Test func `argv comes from the config alone`() async throws {
        let result = try await run(
            handler, config: ["argv": ["/bin/cat"]], input: ["argv": ["/bin/false"]], mapsInput: true)
        #expect(result == ["argv": ["/bin/false"]])
    }

    @Test(
        arguments: [
            [:], ["argv": []], ["argv": [1]], ["argv": "ls"], ["argv": ["/bin/sh"], "env": ["a=b": "c"]],
            ["argv": ["/bin/sh"], "cwd": 5],
        ] as [JSON]) func `a wrong config is permanent`(_ config: JSON) async throws
    {
        #expect(try await failure(handler, config: config).code == "config_invalid")
    }

    @Test func `what is not allowed or not there does not run`() async throws {
        let none = ProcessHandler(allowed: ProcessAllowList([]))
        let refused = try await failure(none, config: ["argv": ["/bin/sh"]])
        #expect(refused.code == "process_refused")
        #expect(refused.message.contains("--allow-process"))
        #expect(try await failure(handler, config: ["argv": ["/bin/no-such"]]).code == "process_not_started")
        #expect(try await failure(handler, config: shell("true", ["cwd": "/no-such"])).code == "process_not_started")
    }

    @Test func `cancelling ends the program and what it started`() async throws {
        let handler = handler
        let file = "/tmp/cairn-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(file) }
        let config = shell("(trap '' TERM; echo $BASHPID; sleep 60) & echo $! > \(file); wait")
        let task = Task { try await run(handler, config: config) }
        let child: pid_t = try await eventually {
            (try? String(contentsOfFile: file, encoding: .utf8)).flatMap { pid_t($0.dropLast()) }
        }
        #expect(kill(child, 0) == 0)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        _ = try await eventually { Self.isAlive(child) ? nil : true }
    }

    @Test func `a cancelled program has time to clean up, and may speak meanwhile`() async throws {
        let handler = handler
        let log = CapturedLog()
        let file = "/tmp/cairn-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(file) }
        @Sendable func said() -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
        let config = shell(
            "trap 'echo stopping >&2; echo 1; sleep 0.2; echo cleaned >> \(file); exit 0' TERM; "
                + "echo started > \(file); while :; do sleep 0.05; done")
        let context = StepContext(
            taskID: 42, stepName: "step", config: StepDocument(bytes: config.bytes), logger: log.logger)
        let task = Task { try await handler.run(json: [], context: context) }
        _ = try await eventually { said() == "started\n" ? true : nil }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(said() == "started\ncleaned\n")
        #expect(log.count(of: "info stopping") == 1)
    }

    @Test func `a program that ignores SIGTERM is killed`() async throws {
        let handler = handler
        let file = "/tmp/cairn-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(file) }
        let config = shell("trap '' TERM; echo $$ > \(file); while :; do sleep 0.1; done")
        let task = Task { try await run(handler, config: config) }
        let program: pid_t = try await eventually {
            (try? String(contentsOfFile: file, encoding: .utf8)).flatMap { pid_t($0.dropLast()) }
        }
        #expect(Self.isAlive(program))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // Nothing but SIGKILL ends it.
        _ = try await eventually { Self.isAlive(program) ? nil : true }
    }

    /// Whether a process runs; one that only waits to be reaped does not.
    private static func isAlive(_ process: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return !stat.contains(") Z ")
    }
}
