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
            for step in 1...2 {
                let same = try await scene.value(
                    """
                    with c as (
                      select row(array[\(id)], array[\(Int32(step))], array[1::smallint], array[0::smallint],
                        array[2::smallint])::cairn.claims as claims)
                    select count(*) from c, cairn.claimed_step(c.claims) o, cairn.claimed_steps(c.claims) m
                    where o.is_found
                      and (o.namespace_id, o.template_id, o.input, o.context, o.results, o.headers, o.correlation_id)
                        is not distinct from
                        (m.namespace_id, m.template_id, m.input, m.context, m.results, m.headers, m.correlation_id)
                    """)
                #expect(same == 1, "step \(step)")
            }
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
