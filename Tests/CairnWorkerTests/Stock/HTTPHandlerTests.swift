import CairnModel
import Foundation
import Testing

@testable import CairnWorker

@Suite(.serialized) struct HTTPHandlerTests {
    let handler = HTTPHandler()

    @Test func `a JSON answer becomes a result`() async throws {
        try await TestServer.with { _ in
            TestServer.answer(201, #"{"id": 12345678901234567890, "a": 1.10}"#)
        } _: { server in
            let result = try await run(handler, config: ["url": .string(server.url("/x?y=1"))])
            #expect(result["status"]?.intValue == 201)
            #expect(result["body"]?["id"]?.numberValue?.literal == "12345678901234567890")
            #expect(result["headers"]?["content-type"]?.stringValue == "application/json")
            let request = try #require(server.requests.first)
            #expect(request.method == "GET")
            #expect(request.path == "/x?y=1")
            #expect(request.body.isEmpty)
            #expect(request.headers["idempotency-key"] == "42.step")
        }
    }

    @Test func `text stays text, nothing is an empty text`() async throws {
        try await TestServer.with {
            $0.path == "/text"
                ? TestServer.answer(200, "grüß", type: "text/plain; charset=utf-8")
                : TestServer.answer(204, [], type: nil)
        } _: { server in
            let text = try await run(handler, config: ["url": .string(server.url("/text"))])
            #expect(text["body"] == "grüß")
            let none = try await run(handler, config: ["url": .string(server.url("/none"))])
            #expect(none["body"] == "")
        }
    }

    static let bodies: [(JSON, String, String)] = [
        (["method": "POST", "body": ["a": 1]], #"{"a":1}"#, "application/json"),
        (["method": "PUT", "body": "plain"], "plain", "text/plain; charset=utf-8"),
        (["method": "PATCH"], #"{"context":{}}"#, "application/json"),
        (["method": "POST", "body": "<x/>", "headers": ["content-type": "text/xml"]], "<x/>", "text/xml"),
    ]

    @Test(arguments: bodies) func `bodies are sent`(_ config: JSON, _ body: String, _ type: String) async throws {
        try await TestServer.with { _ in
            TestServer.answer(200, "{}")
        } _: { server in
            guard case .object(var object) = config else { return }
            object["url"] = .string(server.url("/"))
            _ = try await run(handler, config: .object(object), input: ["context": [:]])
            let request = try #require(server.requests.first)
            #expect(request.body == body)
            #expect(request.headers["content-type"] == type)
            #expect(request.method == object["method"]?.stringValue)
        }
    }

    @Test func `mapped input gives the body`() async throws {
        try await TestServer.with { _ in
            TestServer.answer(200, "{}")
        } _: { server in
            _ = try await run(
                handler, config: ["method": "POST", "url": .string(server.url("/"))], input: ["body": ["n": 2]],
                mapsInput: true)
            #expect(server.requests.first?.body == #"{"n":2}"#)
        }
    }

    @Test(arguments: [408, 425, 429, 500, 503]) func `some statuses may pass`(_ status: Int) async throws {
        try await TestServer.with { _ in
            TestServer.answer(status, Array("busy".utf8), headers: ["Retry-After": "7"])
        } _: { server in
            let failure = try await failure(handler, config: ["url": .string(server.url("/"))])
            #expect(failure.kind == .retryable)
            #expect(failure.retryAfter == .seconds(7))
            #expect(failure.details["status"]?.intValue == Int64(status))
        }
    }

    @Test func `other statuses are permanent, with the beginning of the body`() async throws {
        try await TestServer.with { _ in
            TestServer.answer(404, String(repeating: "é", count: 1000), type: "text/plain")
        } _: { server in
            let failure = try await failure(handler, config: ["url": .string(server.url("/"))])
            #expect(failure.kind == .permanent)
            #expect(failure.message.contains("404"))
            #expect(failure.message.count { $0 == "é" } == 500)
            let expected = try await run(handler, config: ["url": .string(server.url("/")), "expect": [404, 410]])
            #expect(expected["status"]?.intValue == 404)
        }
    }

    @Test func `nobody there may pass, a wrong answer does not`() async throws {
        #expect(try await failure(handler, config: ["url": "http://127.0.0.1:1/"]).code == "http_unreachable")
        try await TestServer.with {
            switch $0.path {
            case "/binary": TestServer.answer(200, [0xFF, 0xFE], type: "image/png")
            case "/lie": TestServer.answer(200, "nope")
            default: TestServer.answer(200, [UInt8](repeating: 65, count: 1_100_000), type: "text/plain")
            }
        } _: { server in
            for path in ["/binary", "/lie", "/large"] {
                let failure = try await failure(handler, config: ["url": .string(server.url(path))])
                #expect(failure.code == "http_body", "\(path): \(failure)")
                #expect(failure.kind == .permanent)
            }
        }
    }

    @Test func `redirects stay in their scheme`() async throws {
        try await TestServer.with {
            switch $0.path {
            case "/from": TestServer.answer(302, [], type: nil, headers: ["Location": "/to"])
            case "/away": TestServer.answer(302, [], type: nil, headers: ["Location": "https://127.0.0.1:1/"])
            case "/file": TestServer.answer(302, [], type: nil, headers: ["Location": "file:///etc/hostname"])
            case "/loop": TestServer.answer(302, [], type: nil, headers: ["Location": "/loop"])
            default: TestServer.answer(200, "1")
            }
        } _: { server in
            let followed = try await run(handler, config: ["url": .string(server.url("/from"))])
            #expect(followed["body"] == 1)
            for path in ["/away", "/file", "/loop"] {
                let failure = try await failure(handler, config: ["url": .string(server.url(path))])
                #expect(failure.kind == .permanent, "\(path): \(failure)")
            }
        }
    }

    @Test(
        arguments: [
            ["url": "ftp://x/"], ["url": "http://a b/"], [:], ["url": "http://x/", "method": "BREW"],
            ["url": "http://x/", "headers": ["a": "b\r\nc: d"]], ["url": "http://x/", "headers": ["a b": "c"]],
            ["url": "http://x/", "headers": ["a": 1]], ["url": "http://x/", "expect": "all"],
        ] as [JSON]) func `a wrong config is permanent`(_ config: JSON) async throws
    {
        let failure = try await failure(handler, config: config)
        #expect(failure.code == "config_invalid")
        #expect(failure.kind == .permanent)
    }

    @Test func `cancelling ends a request`() async throws {
        let handler = handler
        try await TestServer.with { _ in
            Thread.sleep(forTimeInterval: 1)
            return TestServer.answer(200, "1")
        } _: { server in
            let url = server.url("/")
            let task = Task { try await run(handler, config: ["url": .string(url)]) }
            _ = try await eventually { server.requests.isEmpty ? nil : true }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `Retry-After may be a date`() throws {
        let now = 784_111_777.0
        #expect(RetryAfter.parse("Sun, 06 Nov 1994 08:49:47 GMT", now: now) == .seconds(10))
        #expect(RetryAfter.parse("Sun, 06 Nov 1994 08:49:27 GMT", now: now) == .zero)
        #expect(RetryAfter.parse("120", now: now) == .seconds(120))
        #expect(RetryAfter.parse("-1", now: now) == nil)
        #expect(RetryAfter.parse("soon", now: now) == nil)
        #expect(RetryAfter.parse("Sun, 31 Nov 1994 08:49 GMT", now: now) == nil)
        #expect(RetryAfter.parse("Thu, 29 Feb 2024 00:00:00 GMT", now: 1_709_164_790) == .seconds(10))
        #expect(RetryAfter.parse("99999999999999", now: now) == RetryAfter.longest)
    }
}
