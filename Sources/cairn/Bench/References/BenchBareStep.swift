import CairnModel
import CairnStore
import Postgres

/// A reference: a step of an idle chain whose state, result and history are rows, by bare statements on bare tables: no
/// lease that is kept or looked at, no input, check, trigger or notification. What an engine does beside that comes on top.
struct BenchBareStep: Sendable {
    let store: Store

    private static let steps: Int32 = 40
    private static let tasks: Int32 = 100

    /// One call ends a step and starts the next: an update of both, the result, an entry of history for each of the two
    /// changes, the count of the task.
    private static let tables = [
        "create schema cairn_bench_bare",
        "create sequence cairn_bench_bare.position",
        "create table cairn_bench_bare.task (id integer primary key, open integer) with (fillfactor = 30)",
        """
        create table cairn_bench_bare.step (
          task_id integer, step_no integer, state smallint, attempt smallint, started_at timestamptz,
          primary key (task_id, step_no)) with (fillfactor = 30)
        """,
        """
        create table cairn_bench_bare.attempt (
          task_id integer, step_no integer, attempt smallint, result jsonb, finished_at timestamptz,
          primary key (task_id, step_no, attempt))
        """,
        """
        create table cairn_bench_bare.history (
          id bigint generated always as identity, task_id integer, step_no integer, at timestamptz, from_state smallint,
          to_state smallint)
        """,
        "create index on cairn_bench_bare.history (task_id, step_no)",
        """
        insert into cairn_bench_bare.task
        select t, \(steps) from generate_series(1, \(tasks)) t
        """,
        """
        insert into cairn_bench_bare.step (task_id, step_no, state, attempt)
        select t, s, case s when 1 then 1 else 0 end, 0
        from generate_series(1, \(tasks)) t, generate_series(1, \(steps)) s
        """,
        """
        create function cairn_bench_bare.go_on() returns jsonb language plpgsql as $$
        declare
          v_position integer := nextval('cairn_bench_bare.position') - 1;
          v_task integer := v_position / \(steps - 1) + 1;
          v_step integer := v_position % \(steps - 1) + 1;
          v_now timestamptz := clock_timestamp();
        begin
          update cairn_bench_bare.step
          set state = case when step_no = v_step then 2 else 1 end,
            attempt = case when step_no = v_step then attempt else attempt + 1 end,
            started_at = case when step_no = v_step then started_at else v_now end
          where task_id = v_task and step_no between v_step and v_step + 1;
          insert into cairn_bench_bare.attempt values (v_task, v_step, 1, '{"n": 1}', v_now);
          insert into cairn_bench_bare.history (task_id, step_no, at, from_state, to_state)
          values (v_task, v_step, v_now, 1, 2), (v_task, v_step + 1, v_now, 0, 1);
          update cairn_bench_bare.task set open = open - 1 where id = v_task;
          return '{"n": 1}';
        end
        $$
        """,
        "vacuum analyze cairn_bench_bare.task, cairn_bench_bare.step",
    ]

    /// The median of such calls on one connection, each with its commit, one right after the other.
    func milliseconds() async throws -> Double? {
        try await store.pool.withConnection { connection in
            for statement in Self.tables { try await connection.execute(PostgresQuery(unescaped: statement)) }
            do {
                let times = try await goOn(connection)
                try await connection.execute("drop schema cairn_bench_bare cascade")
                return BenchFigures.percentile(0.5, of: times)
            } catch {
                _ = try? await connection.execute("drop schema cairn_bench_bare cascade")
                throw error
            }
        }
    }

    private func goOn(_ connection: PostgresConnection) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<Self.tasks * (Self.steps - 1) {
            let start = ContinuousClock.now
            _ = try await connection.query("select cairn_bench_bare.go_on()::text", as: String.self)
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        let ended = try await connection.queryFirst(
            "select count(*) from cairn_bench_bare.step where state = 2", as: Int64.self)
        guard ended == Int64(times.count) else {
            throw CommandError(
                .failed, .internal, "\(ended ?? 0) of \(times.count) bare steps have ended", do: "Report this")
        }
        return times
    }
}
