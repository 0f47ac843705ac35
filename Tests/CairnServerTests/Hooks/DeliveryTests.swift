import CairnModel
import CairnOrchestrator
import CairnStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct DeliveryTests {
    @Test func `a completed task posts its hook once, with its result`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                let id = try await world.completed(
                    receiver.url("/hook?a=b"), more: #", "correlation_id": "order-7", "tags": ["x"]"#)
                let delivery = try world.delivery()
                #expect(try await delivery.deliverDue() == 1)
                #expect(try await delivery.deliverDue() == 0)
                let request = try #require(receiver.requests.first)
                #expect(receiver.requests.count == 1)
                #expect(request.method == "POST" && request.path == "/hook?a=b")
                #expect(request.header("host") == "127.0.0.1:\(receiver.port)")
                #expect(request.header("content-type") == "application/json")
                #expect(request.header("user-agent") == "cairn-server/\(CairnVersion.current)")
                let payload = try request.json
                #expect(payload["type"] == "task.complete")
                #expect(payload["data"]?["task_id"]?.intValue == id)
                #expect(payload["data"]?["result"] == ["a": ["paid": 12.5]])
                #expect(payload["data"]?["correlation_id"] == "order-7" && payload["data"]?["tags"] == ["x"])
                let hook = try await world.hook(id)
                #expect(hook["state"] == "delivered" && hook["attempts"] == 1 && hook["last_status"] == 204)
                #expect(hook["delivered_at"]?.stringValue != nil && hook["next_at"]?.isNull == true)
                #expect(hook["webhook_id"]?.stringValue == request.header("webhook-id"))
            }
        }
    }

    /// The programs of the page.
    private static func programs() throws -> [String] {
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/hooks.md"),
            encoding: .utf8)
        return page.components(separatedBy: "```python\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
    }

    @Test func `docs/hooks.md has a receiver to try, which takes what is signed and nothing else`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cairn-receiver-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let programs = try Self.programs()
        #expect(programs.count == 2)
        let file = folder.appending(path: "receiver.py")
        try programs.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        let port = try freePort()
        let receiver = try Program(
            "/usr/bin/env", ["python3", file.path(percentEncoded: false)],
            environment: ["PORT": "\(port)", "CAIRN_WEBHOOK_SECRET": "\(HookWorld.secret) \(HookWorld.secret)"])
        defer { receiver.signal(SIGKILL) }
        try await HookWorld.with { world in
            try await eventually("the receiver listens; it says: \(receiver.said)") {
                let code = try ServerProcess.run(
                    URL(filePath: "/usr/bin/env"), ["curl", "-s", "-m", "5", "http://127.0.0.1:\(port)/"]
                ).code
                return code == 0 ? () : nil
            }
            let id = try await world.completed("http://127.0.0.1:\(port)/")
            #expect(try await world.delivery().deliverDue() == 1)
            #expect(try await world.hook(id)["state"] == "delivered", "\(receiver.said)")
            try await eventually("the receiver says so") {
                receiver.said.contains("task.complete \(id) {'a': {'paid': 12.5}}") ? () : nil
            }
            for secrets in [["whsec_" + Data(repeating: 8, count: 32).base64EncodedString()], []] {
                let id = try await world.completed("http://127.0.0.1:\(port)/")
                #expect(try await world.delivery(secrets: secrets).deliverDue() == 1)
                #expect(try await world.hook(id)["last_status"] == 401)
            }
        }
    }

    /// The program of the page does the counting, by Python's own HMAC.
    @Test func `docs/hooks.md shows how to verify a signature, and it verifies`() async throws {
        let program = try #require(try Self.programs().first)
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                let new = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
                #expect(try await world.delivery(secrets: [HookWorld.secret, new]).deliverDue() == 1)
                let request = try #require(receiver.requests.first)
                let timestamp = try #require(request.header("webhook-timestamp").flatMap(Double.init))
                #expect(abs(timestamp - Date.now.timeIntervalSince1970) < 60)
                #expect(request.header("webhook-signature")?.split(separator: " ").count == 2)
                func verifies(_ secret: String, _ body: [UInt8]) throws -> Bool {
                    let call = """

                        import base64, sys
                        headers = dict(line.split(": ", 1) for line in sys.argv[2].splitlines())
                        sys.exit(0 if verify(sys.argv[1], headers, base64.b64decode(sys.argv[3])) else 3)
                        """
                    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map {
                        "\($0): \(request.header($0) ?? "")"
                    }.joined(separator: "\n")
                    let run = try ServerProcess.run(
                        URL(filePath: "/usr/bin/env"),
                        ["python3", "-c", program + call, secret, headers, Data(body).base64EncodedString()])
                    #expect([0, 3].contains(run.code), "\(run.error)")
                    return run.code == 0
                }
                #expect(try verifies(HookWorld.secret, request.body))
                #expect(try verifies(new, request.body))
                #expect(try !verifies("whsec_" + Data(repeating: 8, count: 32).base64EncodedString(), request.body))
                #expect(try !verifies(new, request.body + [0x20]))
            }
        }
    }

    /// The example of the specification's own libraries.
    @Test func `a signature is that of Standard Webhooks`() throws {
        let signer = WebhookSigner(secrets: [try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])
        let headers = signer.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers.last?.value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!"])
    func `what is no secret is refused`(_ text: String) {
        #expect(throws: WebhookSecret.Invalid.self) { try WebhookSecret(text) }
    }

    @Test func `without a secret there is no signature, and one warning`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                let log = WarningLog()
                let delivery = try world.delivery(secrets: [], logger: log.logger)
                for _ in 0..<2 {
                    try await world.completed(receiver.url())
                    #expect(try await delivery.deliverDue() == 1)
                }
                #expect(receiver.requests.allSatisfy { $0.header("webhook-signature") == nil })
                #expect(receiver.requests.allSatisfy { $0.header("webhook-id") != nil })
                #expect(log.warnings.filter { $0.contains("CAIRN_WEBHOOK_SECRET") }.count == 1)
            }
        }
    }

    @Test func `a receiver that is down for a while gets the same hook later`() async throws {
        try await Receiver.with { request in
            request.number < 3 ? .text(.serviceUnavailable, "come\u{1B}[31m back\n") : Response(status: .ok)
        } _: { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                let delivery = try world.delivery()
                #expect(try await delivery.deliverDue() == 1)
                let hook = try await world.hook()
                #expect(hook["state"] == "pending" && hook["last_status"] == 503)
                #expect(hook["last_error"] == #"the receiver answered 503: come\u{1B}[31m back\n"#)
                #expect((25...35).contains(try await world.wait()))
                #expect(try await delivery.deliverDue() == 0, "not before its time")
                try await world.setClock("36 seconds")
                #expect(try await delivery.deliverDue() == 1)
                #expect((50...70).contains(try await world.wait()))
                try await world.setClock("110 seconds")
                #expect(try await delivery.deliverDue() == 1)
                #expect(try await world.hook()["state"] == "delivered")
                #expect(try await world.hook()["last_error"]?.isNull == true)
                let ids = Set(receiver.requests.map { $0.header("webhook-id") })
                #expect(receiver.requests.count == 3 && ids.count == 1)
                #expect(Set(receiver.requests.map(\.body)).count == 1)
            }
        }
    }

    @Test func `Retry-After is honoured`() async throws {
        try await Receiver.with { _ in
            .text(.tooManyRequests, headers: [.retryAfter: "7200"])
        } _: { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                _ = try await world.delivery().deliverDue()
                #expect((7190...7201).contains(try await world.wait()))
            }
        }
    }

    @Test(arguments: [301, 302, 307, 400, 401, 404, 409, 410, 422, 408, 425, 429, 500, 502, 504])
    func `what will not change is dead at once, what may pass is tried again`(_ status: Int) async throws {
        try await Receiver.with { _ in
            .text(.init(code: status), "no such hook", headers: [.location: "/elsewhere"])
        } _: { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                _ = try await world.delivery().deliverDue()
                let hook = try await world.hook()
                let mayPass = [408, 425, 429].contains(status) || status >= 500
                #expect(hook["state"]?.stringValue == (mayPass ? "pending" : "dead"))
                #expect(hook["last_status"]?.intValue == Int64(status))
                #expect(hook["last_error"]?.stringValue == "the receiver answered \(status): no such hook")
                #expect(receiver.requests.map(\.path) == ["/hook"], "redirects are not followed")
            }
        }
    }

    @Test func `a connection that is refused is tried again, for a day`() async throws {
        let port = DeafPort()
        try await HookWorld.with { world in
            try await world.completed("http://127.0.0.1:\(port.number)/")
            let delivery = try world.delivery()
            #expect(try await delivery.deliverDue() == 1)
            var hook = try await world.hook()
            #expect(hook["state"] == "pending" && hook["last_status"]?.isNull == true)
            #expect(
                hook["last_error"]
                    == "the receiver gave no answer: cannot connect to 127.0.0.1: Connection refused")
            var tries = 1
            for hour in 1...30 {
                try await world.setClock("\(hour) hours")
                tries += try await delivery.deliverDue()
            }
            hook = try await world.hook()
            #expect(hook["state"] == "dead" && hook["next_at"]?.isNull == true)
            // Each hour up to the eighth try, then each second or third, as chance has it.
            #expect((14...17).contains(tries), "\(tries) tries")
        }
    }

    @Test func `an answer that does not come is waited for no longer than allowed`() async throws {
        try await Receiver.with { _ in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        } _: { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                _ = try await world.delivery(timeout: .milliseconds(300)).deliverDue()
                #expect(try await world.hook()["last_error"] == "the receiver gave no answer: it took too long")
                #expect(try await world.hook()["state"] == "pending")
            }
        }
    }

    @Test(arguments: [HTTPResponse.Status.ok, .notFound])
    func `of an answer without end, the head and 4 KiB are enough`(_ status: HTTPResponse.Status) async throws {
        try await Receiver.with { _ in
            let body = ResponseBody { writer in
                while true { try await writer.write(ByteBuffer(repeating: 0x61, count: 1000)) }
            }
            return Response(status: status, body: body)
        } _: { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                _ = try await world.delivery().deliverDue()
                let hook = try await world.hook()
                #expect(hook["state"] == (status == .ok ? "delivered" : "dead"))
                #expect(hook["last_error"]?.stringValue?.count ?? 0 < 600)
            }
        }
    }

    @Test func `a failed, a cancelled and a resolved task send theirs`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                let failed = try await world.submit(receiver.url("/failed"))
                try await world.runStep(.permanent, payload: #"{"code": "no_account", "message": "no such account"}"#)
                let cancelled = try await world.submit(receiver.url("/cancelled"))
                _ = try await world.database.pool.execute("select cairn.cancel_task(\(cancelled), 'ann', 'not wanted')")
                let delivery = try world.delivery()
                #expect(try await delivery.deliverDue() == 2)
                _ = try await world.database.pool.execute("select cairn.resolve_task(\(failed), 'ann', 'paid by hand')")
                #expect(try await delivery.deliverDue() == 1)
                let ends = try receiver.requests.map { request in
                    "\(request.path) \(try request.json["type"]?.stringValue ?? "")"
                }
                #expect(
                    ends.sorted() == [
                        "/cancelled task.cancelled", "/failed task.error", "/failed task.resolved_manually",
                    ])
                let error = try receiver.requests.first { $0.path == "/failed" }?.json["data"]?["error"]
                #expect(error?["step"] == "a" && error?["error"]?["code"] == "no_account")
                #expect(Set(receiver.requests.map { $0.header("webhook-id") }).count == 3, "each end is one of its own")
            }
        }
    }

    @Test func `what is rolled back sends nothing`() async throws {
        try await HookWorld.with { world in
            try await world.database.pool.withConnection { connection in
                try await connection.execute("begin")
                try await connection.execute(
                    """
                    select cairn.submit_task('test', 'one', '{}', '{"callback_url": "http://127.0.0.1:1/"}'),
                      cairn.submit_task('test', 'one', '{}', '{"callback_url": "http://127.0.0.1:1/", "dedup_key": "k"}')
                    """)
                try await connection.execute("select cairn.cancel_task(max(id), 'ann', 'why') from cairn.tasks")
                let inside = try await connection.queryFirst("select count(*) from cairn.hooks", as: Int64.self)
                #expect(inside == 1)
                try await connection.execute("rollback")
            }
            #expect(try await world.delivery().deliverDue() == 0)
            #expect(try await world.hook().isNull)
        }
    }

    @Test func `a task without callback_url has no hook`() async throws {
        try await HookWorld.with { world in
            _ = try await world.database.submit("one")
            try await world.runStep()
            #expect(try await world.delivery().deliverDue() == 0)
        }
    }

    @Test func `a hook is replayed with the same id, and who and why is kept`() async throws {
        try await Receiver.with {
            $0.number == 1 ? .text(.notFound) : Response(status: .ok)
        } _: { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                let delivery = try world.delivery()
                _ = try await delivery.deliverDue()
                let dead = try await world.hook()
                #expect(dead["state"] == "dead")
                let id = try #require(dead["id"]?.intValue)
                let replayed = try JSON.parse(
                    try await world.store.replayHook(id, by: "ann", reason: "mended").bytes)
                #expect(replayed["state"] == "pending" && replayed["replayed_at"]?.stringValue != nil)
                #expect(try await delivery.deliverDue() == 1)
                #expect(try await world.hook()["state"] == "delivered")
                #expect(Set(receiver.requests.map { $0.header("webhook-id") }).count == 1)
                let action = try await world.database.value(
                    "select action || ' ' || actor || ' ' || reason from cairn.operator_actions", as: String.self)
                #expect(action == "replay_hook ann mended")
            }
        }
    }

    @Test func `a late word about a delivery that somebody else has repeated is not heard`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                let lost = try #require(try await world.store.claimHooks(limit: 1).first)
                #expect(try await world.delivery().deliverDue() == 0, "somebody has it")
                try await world.setClock("61 seconds")
                #expect(try await world.delivery().deliverDue() == 1)
                #expect(try await world.store.settleHook(lost, HookOutcome(error: "late")) == nil)
                #expect(try await world.hook()["state"] == "delivered")
                #expect(receiver.requests.first?.header("webhook-id") == lost.webhookID.description)
            }
        }
    }
}

/// What was warned of.
final class WarningLog: Sendable {
    private let lines = Mutex<[String]>([])

    var warnings: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "tests") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: WarningLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.lines.withLock { $0.append(event.message.description) } }
    }
}
