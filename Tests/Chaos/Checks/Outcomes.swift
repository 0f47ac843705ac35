import CairnStore
import Postgres

/// What must have become of each task, by the database's account, by the effects that were left outside, and by the hooks
/// that came.
struct Outcomes: Sendable {
    let ledger: [Ledger.Entry]
    let effects: Effects
    let hooks: [Int64: [HookReceiver.Hook]]
    /// Runs that began after their step had succeeded elsewhere: of workers that were paused between the claim and the
    /// start of the program. docs/guarantees.md allows them.
    private(set) var lateStarts = 0

    private struct Step {
        var name: String
        var state: String
        var attempt: Int
        /// Seconds since 1970.
        var finishedAt: Double
    }

    private struct Found {
        var state: String
        var deadLetters: [String]
        var steps: [Step]
    }

    init(ledger: [Ledger.Entry], effects: Effects, hooks: [HookReceiver.Hook]) {
        self.ledger = ledger
        self.effects = effects
        self.hooks = Dictionary(grouping: hooks, by: \.taskID)
    }

    /// The rules that are broken.
    mutating func violations(in store: Store) async throws -> [Violation] {
        let found = try await Self.read(store)
        var broken: [String: [String]] = [:]
        func report(_ rule: String, _ what: String) { broken[rule, default: []].append(what) }

        let known = Set(ledger.map(\.taskID))
        for entry in ledger where found[entry.taskID] == nil {
            report("each acknowledged submit is a task, and there is no other", "\(entry.key): no task \(entry.taskID)")
        }
        for id in found.keys.sorted() where !known.contains(id) {
            report("each acknowledged submit is a task, and there is no other", "nobody knows of task \(id)")
        }
        for double in effects.twice { report("no attempt runs twice", double) }
        for (step, _) in effects.runs where !known.contains(step.taskID) {
            report("every run is of a task", "\(step.taskID).\(step.name)")
        }
        for entry in ledger {
            guard let task = found[entry.taskID] else { continue }
            check(entry, task) { report($0, "task \(entry.taskID) (\(entry.key)): \($1)") }
        }
        return broken.sorted { $0.key < $1.key }.map { Violation(rule: $0.key, found: $0.value) }
    }

    private mutating func check(_ entry: Ledger.Entry, _ task: Found, report: (String, String) -> Void) {
        let lost = task.steps.first { $0.state == "error" && $0.attempt >= entry.flow.attempts ?? .max }
        let end = lost == nil ? entry.flow.end : "error"
        let allowed: Set =
            switch entry.cancellation {
            case .none: [end]
            case .asked: [end, "cancelled"]
            case .acknowledged: ["cancelled"]
            }
        if !allowed.contains(task.state) {
            report("each task ends as its outcomes dictate", "\(task.state) instead of \(allowed.sorted())")
        }
        let letters = lost == nil ? [entry.flow.deadLetter.map { [$0] } ?? []] : [["retries_exhausted"], ["poison"]]
        if task.state != "cancelled", !letters.contains(task.deadLetters) {
            report(
                "who is to be looked at has a dead letter, and nobody else", "\(task.deadLetters) instead of \(letters)"
            )
        }
        let told = (hooks[entry.taskID] ?? []).map { $0.isAccepted ? $0.state : "refused" }
        if told != (entry.hasHook ? [task.state] : []) {
            report("who asked to be told of a task's end is told, by one hook", "\(told) instead of \(task.state)")
        }
        for step in task.steps {
            let end = entry.flow.end(of: step.name, lost: lost?.name)
            if task.state == "cancelled" ? !["complete", "cancelled"].contains(step.state) : step.state != end {
                report("each step ends as its outcomes dictate", "\(step.name) is \(step.state) instead of \(end)")
            }
            check(step, effects.runs[Effects.Step(taskID: entry.taskID, name: step.name)] ?? []) {
                report($0, "\(step.name) \($1)")
            }
        }
    }

    private mutating func check(_ step: Step, _ runs: [Effects.Run], report: (String, String) -> Void) {
        if step.state == "complete" {
            let work = runs.first { $0.attempt == step.attempt }?.endedAt
            if work.map({ $0 > step.finishedAt }) ?? true {
                report("each success is of an attempt that has done its work", "attempt \(step.attempt) had not")
            }
        }
        for run in runs where run.attempt > step.attempt {
            report("nothing runs that was not claimed", "ran attempt \(run.attempt) of \(step.attempt)")
        }
        guard step.state == "complete" else { return }
        for run in runs where run.beganAt > step.finishedAt {
            if run.attempt >= step.attempt {
                report("a settled step never runs again", "attempt \(run.attempt) began after its success")
            } else {
                lateStarts += 1
            }
        }
    }

    private static func read(_ store: Store) async throws -> [Int64: Found] {
        var found: [Int64: Found] = [:]
        for (id, state, letters) in try await store.pool.query(
            """
            select t.id, t.state::text, array(select d.reason::text from cairn.dead_letters d where d.task_id = t.id)
            from cairn.task_core t
            """, as: (Int64, String, [String]).self)
        {
            found[id] = Found(state: state, deadLetters: letters, steps: [])
        }
        for (id, name, state, attempt, finishedAt) in try await store.pool.query(
            """
            select task_id, name, state::text, attempt, coalesce(extract(epoch from finished_at), 0)::double precision
            from cairn.steps order by task_id, step_no
            """, as: (Int64, String, String, Int16, Double).self)
        {
            found[id]?.steps.append(Step(name: name, state: state, attempt: Int(attempt), finishedAt: finishedAt))
        }
        return found
    }
}
