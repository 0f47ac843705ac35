import CairnStore
import Postgres
import TestSupport

/// What must hold in the database when everything has come to rest. Each query gives what breaks its rule.
enum DatabaseRules {
    static let all: [(rule: String, query: PostgresQuery)] = [
        (
            "no task or step rests where somebody else would have to move it",
            """
            select format('task %s is %s, its step %s %s', t.id, t.state, s.step_no, s.state)
            from cairn.task_core t join cairn.step_core s on s.task_id = t.id
            where t.state not in ('complete', 'error', 'cancelled', 'resolved_manually')
              or s.state not in ('complete', 'error', 'cancelled', 'skipped', 'resolved_manually', 'pending')
              or s.state = 'pending' and t.state <> 'error'
            """
        ),
        (
            "the counters of each task equal a recount",
            """
            select format('task %s', t.id)
            from cairn.task_core t
            join cairn.counted_tasks(array(select id from cairn.task_core)) c on c.task_id = t.id
            where \(unescaped: countersDiffer)
            """
        ),
        (
            "the history of each task and step begins at its birth, has no gap, and ends where the row is",
            """
            select format('%s %s.%s: row %s', machine, task_id, step_no, id) from (
              select 'task' as machine, h.task_id, null::integer as step_no, h.id, h.from_state::text,
                lag(h.to_state::text) over w as before, h.to_state::text, lead(h.id) over w as next, t.state::text
              from cairn.task_history h join cairn.task_core t on t.id = h.task_id
              window w as (partition by h.task_id order by h.id)
              union all
              select 'step', h.task_id, h.step_no, h.id, h.from_state::text,
                lag(h.to_state::text) over w, h.to_state::text, lead(h.id) over w, s.state::text
              from cairn.step_history h join cairn.step_core s using (task_id, step_no)
              window w as (partition by h.task_id, h.step_no order by h.id)) h
            where h.from_state is distinct from h.before or (h.next is null and h.to_state <> h.state)
            union all
            select format('task %s has no history', t.id) from cairn.task_core t
            where not exists (select from cairn.task_history h where h.task_id = t.id)
            union all
            select format('step %s.%s has no history', s.task_id, s.step_no) from cairn.step_core s
            where not exists (
              select from cairn.step_history h where h.task_id = s.task_id and h.step_no = s.step_no)
            """
        ),
        (
            "every row of the history goes along legal transitions",
            """
            select format('%s of task %s: %s', machine, task_id, path) from (
              select 'step' as machine, task_id, path::text[] from cairn.step_history
              union all select 'task', task_id, path::text[] from cairn.task_history) h,
              generate_subscripts(h.path, 1) i
            where i < array_length(h.path, 1) and not exists (
              select from cairn.transitions x
              where x.machine = h.machine and x.from_state = h.path[i] and x.to_state = h.path[i + 1])
            """
        ),
        (
            "the hash chain of each task is whole",
            """
            select format('task %s: %s %s: %s', t.id, v.history, v.id, v.problem)
            from cairn.task_core t cross join lateral cairn.verify_history(t.id) v
            """
        ),
        (
            "a step starts only when all that it depends on has ended",
            """
            select format('step %s.%s started before step %s', started.task_id, started.step_no, d)
            from cairn.step_history started
            join cairn.task_core t on t.id = started.task_id
            join cairn.template_steps m on m.template_id = t.template_id and m.step_no = started.step_no,
            unnest(m.depends_on) d
            where started.event = 'start' and not exists (
              select from cairn.step_history done
              where done.task_id = started.task_id and done.step_no = d and done.to_state in ('complete', 'error')
                and done.id < started.id)
            """
        ),
        (
            "a step that has succeeded never ran again, and each attempt has one row",
            """
            select format('step %s.%s: %s rows, %s successes, attempt %s', s.task_id, s.step_no, count(a.*),
              count(*) filter (where a.outcome = 'succeeded'), s.attempt)
            from cairn.step_core s left join cairn.step_attempts a using (task_id, step_no)
            group by s.task_id, s.step_no, s.attempt, s.state
            having count(a.*) <> s.attempt
              or count(*) filter (where a.outcome = 'succeeded') <> (s.state = 'complete')::integer
              or max(a.attempt) filter (where a.outcome = 'succeeded') < s.attempt
            """
        ),
        (
            "nothing had to be repaired",
            """
            select format('task %s: %s', task_id, reason) from cairn.operator_actions where action = 'repair_task'
            """
        ),
        (
            "who asked to be told of a task's end is told once",
            """
            select format('task %s: %s hooks', t.id, count(h.*)) from cairn.task_core t
            left join cairn.hooks h on h.task_id = t.id
            where t.has_hook group by t.id having count(h.*) <> 1
            """
        ),
        (
            "every hook is delivered",
            "select format('hook %s is %s: %s', id, state, last_error) from cairn.hooks where state <> 'delivered'"
        ),
    ]

    /// The rules that are broken.
    static func violations(in store: Store) async throws -> [Violation] {
        var violations: [Violation] = []
        for (rule, query) in all {
            let found = try await store.pool.query(query, as: String.self)
            if !found.isEmpty { violations.append(Violation(rule: rule, found: found)) }
        }
        return violations
    }
}
