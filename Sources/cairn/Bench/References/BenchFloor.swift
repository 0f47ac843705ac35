import CairnStore
import Postgres

/// The reference: the same work through the SQL functions alone, without HTTP, handlers or Swift. Sessions call
/// `cairn.exchange` in a loop inside the database, each settling what it has claimed before, one commit a call.
struct BenchFloor: Sendable {
    let store: Store

    /// How many sessions work at once, and how many steps each asks for.
    static let sessions = 4
    static let batch: Int32 = 100

    private static let driver = """
        create or replace procedure cairn_bench_work(p_namespace text, p_batch integer) language plpgsql as $$
        declare
          w record;
          r record;
          t bigint[] := '{}';
          s integer[] := '{}';
          a smallint[] := '{}';
          n integer := 0;
          f_namespace integer[] := '{}';
          f_rank smallint[] := '{}';
          f_task bigint[] := '{}';
        begin
          select * into w from cairn.register_worker(
            'floor', 'localhost', pg_backend_pid(), 'floor', array[p_namespace], array['cairn.echo'], 100000, true, '1 hour');
          commit;
          loop
            select array_agg(e.task_id) as tasks, array_agg(e.step_no) as steps, array_agg(e.attempt) as attempts,
              min(e.namespace_id) as namespace, min(e.rank) as rank, min(e.task_id) as floor
            into r
            from cairn.exchange(
              w.worker_id, t, s, a, array_fill('succeeded'::text, array[n]), array_fill('{"n": 1}'::jsonb, array[n]),
              array_fill(null::bigint, array[n]), p_batch, f_namespace, f_rank, f_task, false, w.token) e
            where e.kind = 'claimed';
            commit;
            exit when r.tasks is null and n = 0;
            n := coalesce(cardinality(r.tasks), 0);
            t := coalesce(r.tasks, '{}');
            s := coalesce(r.steps, '{}');
            a := coalesce(r.attempts, '{}');
            if n > 0 then
              f_namespace := array[r.namespace];
              f_rank := array[r.rank];
              f_task := array[r.floor];
            else
              f_namespace := '{}';
              f_rank := '{}';
              f_task := '{}';
            end if;
          end loop;
          perform cairn.deregister_worker(w.worker_id, w.token);
          -- What this session has counted would else be told later, and taken for the work of the next phase.
          perform pg_stat_force_next_flush();
        end
        $$
        """

    /// Works off what is there; everything of it must be of this namespace.
    func workOff() async throws {
        try await store.pool.execute(PostgresQuery(unescaped: Self.driver))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.sessions {
                group.addTask {
                    try await store.pool.execute(
                        "call cairn_bench_work(\(BenchShape.namespace), \(Self.batch)) \(unescaped: DatabaseMeter.mark)"
                    )
                }
            }
            try await group.waitForAll()
        }
        try await store.pool.execute("drop procedure cairn_bench_work")
    }
}
