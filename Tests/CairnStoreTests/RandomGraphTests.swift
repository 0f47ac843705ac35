import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

/// Random DAGs × random outcomes × several workers, on the SQL functions alone. The workers below are as bad as a
/// worker may be: they settle late, twice, and steps that are not theirs.
@Suite struct RandomGraphTests {
    @Test(
        "every task ends as its outcomes dictate, no step starts early or runs again, and the history is legal",
        arguments: SeededRandom.seeds(3))
    func invariants(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        try await TestDatabase.with { database in
            var tasks: [Int64] = []
            for number in 0..<12 {
                try await database.register(Self.graph(named: "graph_\(number)", &random))
                for _ in 0..<4 { tasks.append(try await database.submit("graph_\(number)")) }
            }
            let all = tasks
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        var own = SeededRandom(seed: seed &+ UInt64(worker) &+ 1)
                        try await Self.work(database, &own, until: all)
                    }
                }
                group.addTask { try await Self.sweep(database, until: all) }
                try await group.waitForAll()
            }
            for (name, query) in Self.violations {
                let found = try await database.value(query, as: Int64.self)
                #expect(found == 0, "\(name) (seed \(seed))")
            }
        }
    }

    /// A DAG of 1 to 60 steps in which every step depends on some of the earlier ones.
    private static func graph(named name: String, _ random: inout SeededRandom) -> String {
        let count = Int.random(in: 1...60, using: &random)
        var steps: [(String, [String])] = []
        for number in 0..<count {
            let wanted = number == 0 ? 0 : Int.random(in: 0...min(3, number), using: &random)
            let dependencies = (0..<number).shuffled(using: &random).prefix(wanted).map { "s\($0)" }
            steps.append(("s\(number)", dependencies))
        }
        return echoTemplate(
            name, steps.shuffled(using: &random),
            extra: #","defaults":{"retry":{"max_attempts":3,"backoff":"none"}}"#)
    }

    private static func work(_ database: TestDatabase, _ random: inout SeededRandom, until tasks: [Int64]) async throws
    {
        let id = try await database.worker()
        var held: [ClaimedStep] = []
        var old: [Settlement] = []
        while try await unfinished(database, tasks) > 0 {
            var settlements: [Settlement] = []
            // Often but one: then it is settled by succeed_step.
            let most = Bool.random(using: &random) ? 1 : held.count
            for step in held.shuffled(using: &random).prefix(most) where Int.random(in: 0..<4, using: &random) > 0 {
                settlements.append(Self.outcome(of: step, &random))
            }
            if let again = old.randomElement(using: &random), settlements.count != 1,
                !held.contains(where: { $0.taskID == again.taskID && $0.stepNo == again.stepNo }),
                !settlements.contains(where: { $0.taskID == again.taskID && $0.stepNo == again.stepNo })
            {
                settlements.append(again)
            }
            // With floors, what a report unlocks goes on with the worker; without patience, each task is settled apart.
            let floors = held.first.map { [ClaimFloor(namespaceID: $0.namespaceID, rank: $0.rank, taskID: 1)] } ?? []
            let patience: [Duration?] = [nil, .zero, .seconds(5)]
            let sent = held
            held.removeAll { step in settlements.contains { $0.taskID == step.taskID && $0.stepNo == step.stepNo } }
            let reply = try await database.store.exchange(
                ExchangeRequest(
                    workerID: id, settlements: settlements, want: Int32.random(in: 0...10, using: &random),
                    floors: Bool.random(using: &random) ? floors : [],
                    patience: patience[Int.random(in: 0..<3, using: &random)]))
            old += settlements
            held += reply.claimed
            held += sent.filter { step in
                reply.locked.contains(
                    AttemptKey(taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt))
            }
        }
    }

    private static func outcome(of step: ClaimedStep, _ random: inout SeededRandom) -> Settlement {
        let outcome: SettleOutcome =
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<2: .permanent
            case 2..<12: .retryable
            case 12..<14: .timedOut
            case 14..<18: .released
            default: .succeeded
            }
        return Settlement(
            taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, outcome: outcome,
            payload: JSONB(#"{"code":"test","message":"\#(outcome.rawValue)"}"#))
    }

    private static func sweep(_ database: TestDatabase, until tasks: [Int64]) async throws {
        while try await unfinished(database, tasks) > 0 { _ = try await database.store.sweep() }
    }

    private static func unfinished(_ database: TestDatabase, _ tasks: [Int64]) async throws -> Int64 {
        try await database.value(
            "select count(*) from cairn.task_core where id = any (\(tasks)) and state not in ('complete', 'error')")
            ?? 0
    }

    /// Each query counts what must not be.
    private static let violations: [(String, PostgresQuery)] = [
        (
            "a step started before a dependency was complete",
            """
            select count(*) from cairn.step_history started
            join cairn.task_core t on t.id = started.task_id
            join cairn.template_steps m on m.template_id = t.template_id and m.step_no = started.step_no,
            unnest(m.depends_on) d
            where started.event = 'start' and not exists (
              select from cairn.step_history done
              where done.task_id = started.task_id and done.step_no = d and done.to_state = 'complete' and done.id < started.id)
            """
        ),
        (
            "a step ran again after its success",
            """
            select count(*) from cairn.step_history done
            join cairn.step_history later using (task_id, step_no)
            where done.to_state = 'complete' and later.id > done.id
            """
        ),
        (
            "a task is in another state than its steps dictate",
            """
            select count(*) from cairn.task_core t
            where t.state::text <> case
              when exists (select from cairn.step_core s where s.task_id = t.id and s.state = 'error') then 'error'
              else 'complete' end
            """
        ),
        (
            "a complete task has a step that is not, or a failed one has a step that could run",
            """
            select count(*) from cairn.task_core t join cairn.step_core s on s.task_id = t.id
            where (t.state = 'complete' and s.state <> 'complete') or s.state not in ('complete', 'error', 'pending')
              or (s.state = 'pending' and s.waiting = 0)
            """
        ),
        (
            "the counters of a task differ from a recount",
            """
            select count(*) from cairn.task_core t
            where (t.open_steps, t.active_steps, t.retrying_steps, t.failed_steps) is distinct from (
              select (count(*) filter (where s.state not in ('complete', 'error'))::integer,
                count(*) filter (where s.state in ('enqueued', 'in_progress'))::integer,
                count(*) filter (where s.state = 'waiting_for_retry')::integer,
                count(*) filter (where s.state = 'error')::integer)
              from cairn.step_core s where s.task_id = t.id)
            """
        ),
        (
            "a step ran more often than it may",
            "select count(*) from cairn.step_core where attempt > max_attempts"
        ),
        (
            "an attempt has no row, or more than one outcome",
            """
            select count(*) from cairn.step_core s
            where s.state in ('complete', 'error')
              and s.attempt <> (select count(*) from cairn.step_attempts a where a.task_id = s.task_id and a.step_no = s.step_no)
            """
        ),
        (
            "the history of a step has a gap",
            """
            select count(*) from (
              select from_state, lag(to_state) over (partition by task_id, step_no order by id) as before
              from cairn.step_history) h
            where h.from_state is distinct from h.before
            """
        ),
        (
            "the history of a task has a gap",
            """
            select count(*) from (
              select from_state, lag(to_state) over (partition by task_id order by id) as before
              from cairn.task_history) h
            where h.from_state is distinct from h.before
            """
        ),
        (
            "the history has a step of a path that is no legal transition",
            """
            select count(*) from (
              select 'step' as machine, path::text[] as path from cairn.step_history
              union all select 'task', path::text[] from cairn.task_history) h, generate_subscripts(h.path, 1) i
            where i < array_length(h.path, 1) and not exists (
              select from cairn.transitions t
              where t.machine = h.machine and t.from_state = h.path[i] and t.to_state = h.path[i + 1])
            """
        ),
        (
            "a step has started without a claim of its worker",
            """
            select count(*) from cairn.step_history h
            where h.to_state = 'in_progress' and not exists (
              select from cairn.step_claims c cross join lateral unnest(c.tasks, c.steps) d (task_id, step_no)
              where c.worker_id = h.worker_id and d.task_id = h.task_id and d.step_no = h.step_no)
            """
        ),
        (
            "a row names an entry of the history that is not its own",
            """
            select (
              select count(*) from cairn.step_core s
              where s.history_id is not null and not exists (
                select from cairn.step_history h
                where h.task_id = s.task_id and h.step_no = s.step_no and h.id = s.history_id))
              + (
              select count(*) from cairn.task_core t
              where t.history_id is not null and not exists (
                select from cairn.task_history h where h.task_id = t.id and h.id = t.history_id))
            """
        ),
        (
            "the last history row differs from the row itself",
            """
            select count(*) from cairn.step_core s
            where s.state is distinct from (
              select h.to_state from cairn.step_history h where h.task_id = s.task_id and h.step_no = s.step_no
              order by h.id desc limit 1)
            """
        ),
    ]
}
