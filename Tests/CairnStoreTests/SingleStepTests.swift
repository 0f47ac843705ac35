import CairnStore
import Postgres
import TestSupport
import Testing

/// What an exchange does for one step in ways of its own must be what it does for many.
@Suite("A single step") struct SingleStepTests {
    @Test("that is suspected is claimed whatever the floor")
    func suspect() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.database.pool.execute(
                "update cairn.step_core set suspect = true, prev_state = state where task_id = \(id)")
            let namespace = try await scene.value("select namespace_id::bigint from cairn.task_core where id = \(id)")
            let reply = try await scene.database.store.exchange(
                ExchangeRequest(
                    workerID: scene.worker, want: 5,
                    floors: [ClaimFloor(namespaceID: Int32(namespace), rank: 0, taskID: id + 1)]))
            #expect(reply.claimed.map(\.taskID) == [id])
        }
    }

    /// An error in what claims read would not show: it is taken for the input's.
    @Test("is read as one, as many are at once: one by one only where an input cannot be made")
    func reading() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a", "c < b"])
            for _ in 0..<3 { _ = try await scene.database.submit("t") }
            func calls(_ function: String) async throws -> Int64 {
                try await scene.database.pool.execute("select pg_stat_force_next_flush()")
                return try await scene.value(
                    "select coalesce(sum(calls), 0)::bigint from pg_stat_user_functions where funcname = \(function)")
            }
            let first = try await scene.claim(2)
            let second = try await scene.claim(1)
            #expect(second.count == 1)
            for running in [first, second] {
                #expect(try await scene.goOn(running, want: 5).count == running.count)
            }
            #expect(try await calls("claimed_steps") == 2)
            #expect(try await calls("claimed_step") == 2)
            #expect(try await calls("readable_steps") == 0)
        }
    }

    /// What a trigger would write, the statements have written; and the checks of the history are the model's.
    @Test("is claimed, and settled with its task, by small statements that leave nothing to a trigger")
    func alone() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            _ = try await scene.database.submit("t")
            let second = try await scene.goOn(try await scene.claim(1), want: 1)
            #expect(second.count == 1)
            try await scene.database.pool.execute("select pg_stat_force_next_flush()")
            let calls = try await scene.database.pool.query(
                """
                select funcname::text, calls from pg_stat_user_functions
                where funcname in ('take_step', 'move_task', 'note_task', 'note_step') order by funcname
                """, as: (String, Int64).self)
            #expect(calls.map { "\($0.0) \($0.1)" } == ["move_task 1", "take_step 2"])
            let entries = try await scene.texts(
                """
                select event::text || ' ' || array_to_string(path, '>') from cairn.task_history
                where task_id = \(id) order by id
                """)
            #expect(
                entries == [
                    "start pending>initializing>enqueuing_steps>steps_in_process",
                    "all_steps_successful steps_in_process>evaluating_results>complete",
                ])
            #expect(try await scene.texts("select v::text from cairn.verify_history(\(id)) v") == [])
            #expect(try await scene.broken() == [])
        }
    }

    @Test("leaves the rows that it leaves among many, once it is claimed and once its task is complete")
    func rows() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"], ["a": #""timeout":"90s""#])
            // Two by two, and one alone.
            var claimed: [[ClaimedStep]] = []
            for count in [2, 1] as [Int32] {
                for _ in 0..<count { _ = try await scene.database.submit("t") }
                claimed.append(try await scene.claim(count))
            }
            /// What differs from task to task as whether it is there, times as what they are equal to.
            func written() async throws -> [String] {
                try await scene.texts(
                    """
                    select jsonb_build_object(
                      'step', to_jsonb(s) - '{task_id,enqueued_at,started_at,expires_at,finished_at,history_id}'::text[]
                        || jsonb_build_object('lasts', s.expires_at - s.started_at, 'ended_then', s.finished_at = t.finished_at,
                          'noted', s.history_id = (select max(h.id) from cairn.step_history h where h.task_id = s.task_id)),
                      'task', to_jsonb(t) - '{id,created_at,started_at,moved_at,state_at,finished_at,history_id}'::text[]
                        || jsonb_build_object('ended_then', t.finished_at = t.state_at, 'moved_then', t.moved_at = t.state_at,
                          'noted', t.history_id = (select max(h.id) from cairn.task_history h where h.task_id = t.id)),
                      'steps', (
                        select jsonb_agg(to_jsonb(h) - '{id,task_id,at,xid}'::text[]
                            || jsonb_build_object('then', h.at = s.started_at) order by h.id)
                        from cairn.step_history h where h.task_id = t.id),
                      'tasks', (
                        select jsonb_agg(to_jsonb(h) - '{id,task_id,at,xid}'::text[]
                            || jsonb_build_object('then', h.at = t.state_at) order by h.id)
                        from cairn.task_history h where h.task_id = t.id),
                      'attempts', (
                        select jsonb_agg(to_jsonb(a) - '{task_id,enqueued_at,started_at,finished_at}'::text[]
                            || jsonb_build_object('then', a.started_at = s.started_at))
                        from cairn.step_attempts a where a.task_id = t.id),
                      'claims', (
                        select jsonb_agg(jsonb_build_object('worker', c.worker_id, 'suspect', c.suspect,
                            'until', c.expires_at = s.expires_at))
                        from cairn.step_claims c where t.id = any (c.tasks))
                      )::text
                    from cairn.task_core t join cairn.step_core s on s.task_id = t.id order by t.id
                    """)
            }
            let running = try await written()
            #expect(running.count == 3 && Set(running).count == 1, "\(running)")
            #expect(running[0].contains(#""lasts": "00:01:30""#) && running[0].contains(#""until": true"#))
            for steps in claimed { _ = try await scene.goOn(steps, want: 0) }
            let ended = try await written()
            #expect(ended.count == 3 && Set(ended).count == 1, "\(ended)")
            #expect(ended[0].contains(#""all_steps_successful""#))
        }
    }

    @Test("gets the input that it would get among many")
    func input() async throws {
        try await Scene.with { scene in
            try await scene.database.register(
                """
                {"namespace":"test","name":"mapped","version":"1.0.0","steps":[
                  {"name":"a","handler":"cairn.echo"},
                  {"name":"b","handler":"cairn.echo","depends_on":["a"],
                   "input":{"n":"$.results.a.n","all":"$.context","deep":"$.context.x.y","fixed":[1]}}]}
                """)
            let id = try await scene.value(
                #"select cairn.submit_task('test', 'mapped', '{"x":{"y":[null]}}')"#)
            let a = try await scene.claim(1)
            try await scene.settle(a)
            _ = try await scene.database.pool.execute(
                #"update cairn.step_attempts set result = '{"n":{"m":null}}' where task_id = \#(id)"#)
            // Looked up, and as of the step that the call has settled.
            for (step, settled) in [(1, nil), (2, nil), (2, Int32(1))] {
                let same = try await scene.value(
                    """
                    with c as (
                      select row(array[\(id)], array[\(Int32(step))], array[1::smallint], array[0::smallint],
                        array[2::smallint])::cairn.claims as claims)
                    select count(*) from c, cairn.claimed_step(
                      c.claims, \(settled), '{"n":{"m":null}}') o, cairn.claimed_steps(c.claims) m
                    where o.is_found
                      and (o.namespace_id, o.template_id, o.input, o.context, o.results, o.headers, o.correlation_id)
                        is not distinct from
                        (m.namespace_id, m.template_id, m.input, m.context, m.results, m.headers, m.correlation_id)
                    """)
                #expect(same == 1, "step \(step)")
            }
        }
    }

    @Test(
        "gets null for what is not there and what a path finds in an array, as read by itself, among many and by the path",
        arguments: [
            ("$.context.none", "null", true), ("$.context.x.none", "null", true), ("$.results.a.none", "null", true),
            ("$.context.x.y", "7", true), ("$.context.nothing", "null", true), ("$.context.none.deeper", "null", false),
            ("$.context.list.y", "8", false), ("$.context.text.y", "null", false),
            ("$.context.nothing.y", "null", false), ("$.context.x.y.z", "null", false),
            ("$.results.a.list.y", "9", false), ("$.results.a.n.deeper", "null", false),
        ])
    func missing(path: String, value: String, isPlain: Bool) async throws {
        try await Scene.with { scene in
            try await scene.database.register(
                """
                {"namespace":"test","name":"mapped","version":"1.0.0","steps":[
                  {"name":"a","handler":"cairn.echo"},
                  {"name":"b","handler":"cairn.echo","depends_on":["a"],"input":{"n":"\(path)","same":"$.context.x.y"}}]}
                """)
            let id = try await scene.value(
                #"select cairn.submit_task('test', 'mapped', '{"x":{"y":7},"nothing":null,"list":[{"y":8}],"text":"t"}')"#
            )
            try await scene.settle(try await scene.claim(1))
            _ = try await scene.database.pool.execute(
                #"update cairn.step_attempts set result = '{"n":1,"list":[{"y":9}]}' where task_id = \#(id)"#)
            let inputs = try await scene.database.pool.query(
                """
                with c as (
                  select row(array[\(id)], array[2], array[1::smallint], array[0::smallint], array[2::smallint])::cairn.claims
                    as claims)
                select case when o.is_found then o.input::text else 'left' end,
                  case when p.is_found then p.input::text else 'left' end, m.input::text,
                  cairn.map_input(ts.input_literal, ts.input_paths,
                    cairn.input_document(t.template_id, t.id, 2, 1::smallint, 'b', d, m.results, '{}'))::text
                from c, cairn.claimed_step(c.claims, null, null) o,
                  cairn.claimed_step(c.claims, 1, '{"n":1,"list":[{"y":9}]}') p, cairn.claimed_steps(c.claims) m
                join cairn.task_core t on t.id = m.task_id
                join cairn.task_details d on d.task_id = t.id
                join cairn.template_steps ts on ts.template_id = t.template_id and ts.step_no = 2
                """, as: (String, String, String, String).self)[0]
            let input = #"{"n": \#(value), "same": 7}"#
            let alone = isPlain ? input : "left"
            #expect(inputs == (alone, alone, input, input))
            // The test reads the path once; the functions do where the value is not plain.
            try await scene.database.pool.execute("select pg_stat_force_next_flush()")
            #expect(
                try await scene.value(
                    "select sum(calls)::bigint from pg_stat_user_functions where funcname = 'input_document'")
                    == (isPlain ? 1 : 2))
        }
    }

    @Test("gets null for the result of one that has failed and is passed over, alone as among many")
    func failed() async throws {
        try await Scene.with { scene in
            try await scene.database.register(
                """
                {"namespace":"test","name":"tolerant","version":"1.0.0","steps":[
                  {"name":"a","handler":"cairn.echo","on_failure":"continue","retry":{"max_attempts":1}},
                  {"name":"b","handler":"cairn.echo","depends_on":["a"],"input":{"n":"$.results.a.n"}}]}
                """)
            for _ in 0..<3 { _ = try await scene.database.submit("tolerant") }
            try await scene.settle(try await scene.claim(3), .permanent)
            var inputs: [String] = []
            for want in [1, 2] as [Int32] {
                for step in try await scene.claim(want) {
                    inputs.append(try #require(step.input?.written))
                }
            }
            #expect(inputs == Array(repeating: #"{"n": null}"#, count: 3))
        }
    }

    @Test("that was claimed beside a late report leaves nothing of itself in the answer to that")
    func late() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            let token = try #require(scene.database.store.token(of: scene.worker))
            let kinds = try await scene.database.pool.query(
                """
                select kind || ' ' || task_id || coalesce(' ' || template_id, '') || coalesce(' ' || context::text, '')
                from cairn.exchange(\(scene.worker), array[\(id + 999)], array[1], array[1]::smallint[],
                  array['succeeded'], array['1']::jsonb[], array[null]::bigint[], 5, '{}', '{}', '{}', false, \(token), 1000)
                where kind = 'refused'
                """, as: String.self)
            #expect(kinds == ["refused \(id + 999)"])
        }
    }
}
