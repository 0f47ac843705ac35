import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("A bulk action") struct BulkTests {
    @Test("is counted under the same conditions as it is done")
    func sameCheck() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t")
            let all = #"'{"namespace": "test"}'"#
            for (action, code) in [
                ("reset_step", "CN400 invalid_filter"), ("complete_step", "CN400 invalid_filter"),
                ("explode", "CN400 invalid_action"),
            ] {
                #expect(try await scene.call("count_bulk(\(all), '\(action)')") == code)
                #expect(try await scene.call("bulk_action('\(action)', \(all), 'ada', 'x')") == code)
            }
            #expect(
                try await scene.call("count_bulk(\(all), 'cancel')")
                    == #"{"matched": 1, "by_state": {"steps_in_process": 1}}"#)
        }
    }

    @Test(
        "is done to all tasks but those that somebody has locked, or steps of them, and names these",
        arguments: ["task_core where id", "step_core where task_id"])
    func locked(rows: String) async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            var ids: [Int64] = []
            for _ in 0..<6 { ids.append(try await scene.database.submit("t")) }
            let locked = ids.prefix(2)
            try await scene.database.pool.withTransaction { session in
                try await session.execute(
                    PostgresQuery(unescaped: "select from cairn.\(rows) = any ('{\(ids[0]), \(ids[1])}') for update"))
                try await scene.database.store.pool.withTransaction { operator_ in
                    try await operator_.execute("set local lock_timeout = '50ms'")
                    let answer = try await operator_.queryFirst(
                        """
                        select (a ->> 'done') || ' ' || (
                          select string_agg((r ->> 'task_id') || ' ' || (r ->> 'code'), ', ' order by r ->> 'task_id')
                          from jsonb_array_elements(a -> 'refused') r)
                        from cairn.bulk_action('cancel', '{"namespace": "test"}', 'ada', 'why') a
                        """, as: String.self)
                    #expect(answer == "4 " + locked.map { "\($0) database_busy" }.joined(separator: ", "))
                }
            }
            for id in ids {
                let isLocked = locked.contains(id)
                #expect(
                    try await scene.states(id)
                        == (isLocked ? "steps_in_process: a enqueued" : "cancelled: a cancelled"))
            }
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test("can mean one version of a template")
    func version() async throws {
        try await Scene.with { scene in
            for version in ["1.0.0", "1.1.0"] {
                try await scene.database.register(echoTemplate("t", [("a", [])], version: version))
            }
            let old = try await scene.database.submit("t", options: #"{"version":"1.0.0"}"#)
            let new = try await scene.database.submit("t")
            let filter = #"'{"template_name": "t", "template_version": "1.1.0"}'"#
            #expect(try await scene.call("count_bulk(\(filter))").hasPrefix(#"{"matched": 1"#))
            // Alone it would mean a version of every template.
            let alone = #"'{"template_version": "1.1.0"}'"#
            #expect(try await scene.call("count_bulk(\(alone))") == "CN400 invalid_filter")
            #expect(try await scene.call("bulk_action('cancel', \(alone), 'ada', 'why')") == "CN400 invalid_filter")
            try await scene.call("bulk_action('cancel', \(filter), 'ada', 'the wrong version')")
            #expect(try await scene.states(old) == "steps_in_process: a enqueued")
            #expect(try await scene.states(new) == "cancelled: a cancelled")
        }
    }

    @Test(
        "takes times of RFC 3339 only, and says so",
        arguments: [
            "tomorrow", "infinity", "now", "2h", "2030-01-31", "2030-01-31T08:00:00", "2030-02-31T08:00:00Z",
            "2030-01-31T24:00:00Z", "2030-01-31T08:00:00 Europe/Berlin", "epoch", "1 Jan 2030 08:00:00Z",
        ])
    func times(time: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            for member in ["created_before", "created_after"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await scene.database.pool.execute(
                        PostgresQuery(unescaped: "select cairn.count_bulk('{\"\(member)\": \"\(time)\"}')"))
                }
                #expect(error?.hint == "invalid_filter")
                #expect(error?.message.hasPrefix("\(member) in the filter must be an RFC 3339 time") == true)
                #expect(error?.detail == #"{"pointer": "/filter/\#(member)"}"#)
            }
            // The other time that comes in as JSON.
            let submit = #"submit_task('test', 't', options => '{"run_at": "\#(time)"}')"#
            #expect(try await scene.call(submit) == "CN400 invalid_option")
        }
    }

    @Test("takes a time of any zone")
    func zones() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t")
            for time in ["2000-01-31T08:00:00Z", "2000-01-31t23:59:59.123456+05:30"] {
                #expect(
                    try await scene.call(#"count_bulk('{"created_after": "\#(time)"}')"#).hasPrefix(#"{"matched": 1"#))
                #expect(
                    try await scene.call(#"count_bulk('{"created_before": "\#(time)"}')"#).hasPrefix(#"{"matched": 0"#)
                )
            }
        }
    }

    @Test("leaves alone what the filter means no longer once the task is locked")
    func moved() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"], ["a": #""on_failure":"block""#])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(), .permanent)
            let report = try await scene.race("select cairn.retry_task(\(id), 'ben', 'mended')") {
                try await scene.call(#"bulk_action('cancel', '{"state": "blocked_by_failures"}', 'ada', 'give up')"#)
            }
            #expect(report == #"{"done": 0, "next": null, "refused": []}"#)
            #expect(try await scene.states(id) == "steps_in_process: a enqueued")
        }
    }
}
