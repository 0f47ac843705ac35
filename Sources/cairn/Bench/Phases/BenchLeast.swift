import Postgres

/// A reference: the least that a step of an idle chain has to write, by bare statements on bare tables. No worker, lease or
/// input, no check, trigger or secondary index: whatever an engine does for a step on PostgreSQL, it does beside this.
struct BenchLeast: Sendable {
    let connection: PostgresConnection

    private static let steps: Int32 = 40
    private static let tasks: Int32 = 100

    /// One call ends a step and starts the next: two updates of steps, the result, an entry of history for each of the two
    /// changes, the count of the task.
    private static let tables = [
        "create schema cairn_bench_least",
        "create sequence cairn_bench_least.position",
        "create table cairn_bench_least.task (id integer primary key, open integer) with (fillfactor = 30)",
        """
        create table cairn_bench_least.step (
          task_id integer, step_no integer, state smallint, attempt smallint, worker_id bigint, started_at timestamptz,
          expires_at timestamptz, primary key (task_id, step_no)) with (fillfactor = 30)
        """,
        """
        create table cairn_bench_least.attempt (
          task_id integer, step_no integer, attempt smallint, result jsonb, finished_at timestamptz,
          primary key (task_id, step_no, attempt))
        """,
        """
        create table cairn_bench_least.history (
          id bigint generated always as identity, task_id integer, step_no integer, at timestamptz, from_state smallint,
          to_state smallint)
        """,
        "create index on cairn_bench_least.history (task_id, step_no)",
        """
        insert into cairn_bench_least.task
        select t, \(steps) from generate_series(1, \(tasks)) t
        """,
        """
        insert into cairn_bench_least.step (task_id, step_no, state, attempt)
        select t, s, case s when 1 then 1 else 0 end, 0
        from generate_series(1, \(tasks)) t, generate_series(1, \(steps)) s
        """,
        """
        create function cairn_bench_least.go_on() returns jsonb
        language plpgsql set search_path = cairn_bench_least, pg_temp set plan_cache_mode = force_generic_plan
          set enable_seqscan = off set jit = off
        as $$
        declare
          v_position integer := nextval('position') - 1;
          v_task integer := v_position / \(steps - 1) + 1;
          v_step integer := v_position % \(steps - 1) + 1;
          v_now timestamptz := clock_timestamp();
        begin
          update step set state = 2, expires_at = null where task_id = v_task and step_no = v_step and state = 1;
          insert into attempt values (v_task, v_step, 1, '{"n": 1}', v_now);
          update step
          set state = 1, attempt = attempt + 1, worker_id = 1, started_at = v_now, expires_at = v_now + interval '1 minute'
          where task_id = v_task and step_no = v_step + 1 and state = 0;
          insert into history (task_id, step_no, at, from_state, to_state)
          values (v_task, v_step, v_now, 1, 2), (v_task, v_step + 1, v_now, 0, 1);
          update task set open = open - 1 where id = v_task;
          return '{"n": 1}';
        end
        $$
        """,
        "vacuum analyze cairn_bench_least.task, cairn_bench_least.step",
    ]

    /// The median of such calls on one connection, each with its commit, in milliseconds.
    func milliseconds() async throws -> Double? {
        for statement in Self.tables { try await connection.execute(PostgresQuery(unescaped: statement)) }
        var times: [Double] = []
        for _ in 0..<Self.tasks * (Self.steps - 1) {
            let start = ContinuousClock.now
            _ = try await connection.query("select cairn_bench_least.go_on()::text", as: String.self)
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        try await connection.execute("drop schema cairn_bench_least cascade")
        return BenchFigures.percentile(0.5, of: times)
    }
}
