import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("Two submits are the same task") struct IdentityTests {
    @Test(
        "with identity strict, when their contexts are the same JSON, however it is written",
        arguments: [
            (#"{"a":1,"b":[1,2.50,{"c":1e2}]}"#, #"{ "b": [1.0, 2.5, {"c": 100}], "a": 1.000 }"#, true),
            (#"{"a":1}"#, #"{"a":"1"}"#, false), (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#, false),
            (#"{"a":null}"#, #"{}"#, false), (#"{"a":0.10}"#, #"{"a":0.1}"#, true),
            (#"{"a":-0}"#, #"{"a":0}"#, true), (#"{"é":1}"#, #"{"\u00e9":1}"#, true),
        ])
    func strict(first: String, second: String, isSame: Bool) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])], extra: #","identity":"strict""#))
            let one = try await database.submit("one", context: first, options: #"{"on_duplicate":"return"}"#)
            let two = try await database.submit("one", context: second, options: #"{"on_duplicate":"return"}"#)
            #expect((one == two) == isSame)
        }
    }

    @Test("with a dedup key, while the first lives; afterwards the key is free")
    func live() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let options = #"{"dedup_key":"k","dedup_window":"live","on_duplicate":"return"}"#
            let first = try await scene.database.submit("t", options: options)
            #expect(try await scene.database.submit("t", options: options) == first)
            try await scene.work()
            let second = try await scene.database.submit("t", options: options)
            #expect(second != first)
            #expect(try await scene.database.submit("t", options: options) == second)
        }
    }

    @Test("with a dedup key and a window, for that long from the first submit on")
    func window() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            func submit(_ window: String) async throws -> Int64 {
                try await scene.database.submit(
                    "t", options: #"{"dedup_key":"k","dedup_window":"\#(window)","on_duplicate":"return"}"#)
            }
            let first = try await submit("10m")
            try await scene.work()
            try await scene.pass(500)
            #expect(try await submit("10m") == first)
            try await scene.pass(200)
            #expect(try await submit("forever") == first)
            #expect(try await submit("1h") == first)
            let second = try await submit("10m")
            #expect(second != first)
            #expect(try await submit("forever") == second)
        }
    }

    @Test("200 concurrent submits of a key whose window is over make one new task, and each caller gets its id")
    func concurrent() async throws {
        try await TestDatabase.with(connections: 8) { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let old = try await database.submit("one", options: #"{"dedup_key":"k"}"#)
            _ = try await database.pool.query("select cairn.cancel_task(\(old), 'ada', 'x')", as: String.self)
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await database.submit(
                            "one", options: #"{"dedup_key":"k","dedup_window":"live","on_duplicate":"return"}"#)
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(ids.count == 1 && !ids.contains(old))
            #expect(try await database.value("select count(*) from cairn.task_core", as: Int64.self) == 2)
        }
    }

    @Test(
        "but what does not fit together is refused, and nothing is stored",
        arguments: [
            (#"{"dedup_key":"k","idempotency_key":"k"}"#, "both say what the task is"),
            (#"{"dedup_window":"live"}"#, "needs a dedup_key"),
            (#"{"dedup_key":"k","dedup_window":"soon"}"#, "must be \"live\""),
            (#"{"dedup_key":""}"#, "must have 1 to 500 characters"),
            (#"{"headers":{"cairn.x":"1"}}"#, "is reserved"),
            (#"{"headers":{"x":"\#(String(repeating: "y", count: 70_000))"}}"#, "must have at most 65536 bytes"),
        ])
    func refused(options: String, words: String) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let error = await #expect(throws: CairnError.self) {
                try await database.submit("one", options: options)
            }
            #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
            #expect(try await database.value("select count(*) from cairn.task_details", as: Int64.self) == 0)
        }
    }
}
