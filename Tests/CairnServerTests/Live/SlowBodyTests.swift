import CairnModel
import CairnServer
import Foundation
import HummingbirdTesting
import Testing

@Suite struct SlowBodyTests {
    @Test("a body that does not arrive in time is refused with 408")
    func slow() async throws {
        var options = ServerOptions()
        options.bodyTimeout = .milliseconds(200)
        try await API.test(.live, options: options) { (api) async throws in
            try await api.register()
            let port = try #require(api.client.port)
            // 100 bytes are announced, one is sent: the answer has to come before the rest does.
            let head = "POST /v1/tasks HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\n"
            let start = #"printf '\#(head)Content-Length: 100\r\n\r\n{' >&3"#
            let answer = try await inBackground {
                try ServerProcess.run(
                    URL(filePath: "/bin/bash"),
                    ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port); \(start); timeout 20 head -c 2000 <&3"]
                ).output
            }
            #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
            #expect(answer.contains("request_timeout"))
            #expect(try await api.count() == 0)
        }
    }

    @Test("a body that arrives after its head, in parts, is taken as a whole")
    func parts() async throws {
        try await API.test(.live) { (api) async throws in
            try await api.register()
            let port = try #require(api.client.port)
            let body = request()
            let head =
                "POST /v1/tasks HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\nConnection: close\\r\\n"
            let script = """
                exec 3<>/dev/tcp/127.0.0.1/\(port)
                printf '\(head)Content-Length: \(body.utf8.count)\\r\\n\\r\\n' >&3
                for part in '\(body.prefix(10))' '\(body.dropFirst(10))'; do sleep 0.05; printf %s "$part" >&3; done
                timeout 20 cat <&3
                """
            let answer = try await inBackground {
                try ServerProcess.run(URL(filePath: "/bin/bash"), ["-c", script]).output
            }
            #expect(answer.hasPrefix("HTTP/1.1 201 "), "\(answer)")
            #expect(try await api.count() == 1)
        }
    }
}
