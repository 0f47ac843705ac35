import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("The callback_url of a submit") struct CallbackTests {
    @Test(
        "is refused when no hook could ever be posted there",
        arguments: [
            "", " ", "hooks.example.com", "ftp://hooks.example.com/", "HTTP://hooks.example.com/", "http://",
            "https:///x",
            "https://ann:secret@hooks.example.com/", "https://@hooks.example.com/", "https://hooks.example.com:0/",
            "https://hooks.example.com:65536/", "https://hooks.example.com:http/", "https://hooks.example.com:/",
            #"https://hooks.example.com\\@evil.example/"#, "https://hööks.example.com/", "https://hooks.example.com/ x",
            "https://hooks..example.com/", "https://2130706433/", "https://1.2.3/", "https://[::1/", "https://[::g]/",
            "https://hooks.example.com/\u{200B}", "https://hooks.example.com/\(String(repeating: "x", count: 2000))",
        ])
    func refused(url: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let answer = try await scene.call(
                "submit_task('test', 't', options => jsonb_build_object('callback_url', '\(url)'::text))")
            #expect(answer == "CN400 invalid_option")
        }
    }

    @Test(
        "is taken, and shown with the task, when one could",
        arguments: [
            "http://hooks.example.com", "https://hooks.example.com:8443/a/b?c=d&e=f#g",
            "https://my_hooks.example.com./",
            "http://192.0.2.1:80/x", "https://[2001:db8::1]:8443/", "https://hooks?x",
        ])
    func taken(url: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.call(
                "submit_task('test', 't', options => jsonb_build_object('callback_url', '\(url)'::text))")
            #expect(try await scene.text("select callback_url from cairn.tasks") == url)
            let shown = try await scene.call("task_json(\(id))::jsonb ->> 'callback_url'")
            #expect(shown == url)
        }
    }
}
