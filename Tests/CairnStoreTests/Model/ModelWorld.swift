/// An attempt that a worker of the test holds, whatever the world thinks of it by now.
struct HeldAttempt: Hashable {
    var task: Int
    var step: Int
    var attempt: Int
}

/// The world of the model: tasks, workers, one namespace, and a clock that only jumps.
struct ModelWorld {
    var now = 0
    var tasks: [ModelTask] = []
    var isPaused = false

    mutating func submit(_ template: ModelTemplate, later: Bool) {
        var task = ModelTask(template: template)
        task.runAt = later ? now + 1 : nil
        task.isStarted = !later
        task.stateAt = now
        task.advance(now: now)
        tasks.append(task)
    }

    /// What a worker gets that wants so many steps.
    mutating func claim(worker: Int, want: Int) -> [HeldAttempt] {
        guard !isPaused else { return [] }
        var ready: [(task: Int, step: Int)] = []
        for task in tasks.indices.sorted(by: { (-tasks[$0].priority, $0) < (-tasks[$1].priority, $1) }) {
            for step in tasks[task].steps.indices where tasks[task].steps[step].state == "enqueued" {
                ready.append((task, step))
            }
        }
        func isSuspect(_ place: (task: Int, step: Int)) -> Bool { tasks[place.task].steps[place.step].isSuspect }
        let holdsSuspect = tasks.contains {
            $0.steps.contains { $0.state == "in_progress" && $0.worker == worker && $0.isSuspect }
        }
        // Suspects come one at a time, the oldest first, whatever their priority.
        let suspect = holdsSuspect ? nil : ready.filter(isSuspect).min { ($0.task, $0.step) < ($1.task, $1.step) }
        let chosen = ([suspect].compactMap { $0 } + ready.filter { !isSuspect($0) }).prefix(want)
        return chosen.map { start($0.task, $0.step, on: worker) }
    }

    private mutating func start(_ task: Int, _ step: Int, on worker: Int) -> HeldAttempt {
        tasks[task].steps[step].state = "in_progress"
        tasks[task].steps[step].attempt += 1
        tasks[task].steps[step].worker = worker
        tasks[task].steps[step].startedAt = now
        return HeldAttempt(task: task, step: step, attempt: tasks[task].steps[step].attempt)
    }

    /// Settles and claims in one call; returns what is refused, and what the worker gets.
    ///
    /// When all have succeeded, what they unlock goes on with the worker before anything else, as far as it wants,
    /// unless a step of higher priority waits.
    mutating func settle(
        _ reports: [(HeldAttempt, String)], worker: Int, want: Int
    ) -> (refused: Set<HeldAttempt>, claims: [HeldAttempt]) {
        let before = self
        let succeeded = reports.map(\.0).filter { held in
            isRunning(held, on: worker) && !tasks[held.task].steps[held.step].isStopping
        }
        let refused = settle(reports, worker: worker)
        guard want > 0, !isPaused else { return (refused, []) }
        // The worker has floors of the priorities of what it reports.
        let best = reports.map { before.tasks[$0.0.task].priority }.max() ?? 0
        let isOutranked = before.tasks.contains { task in
            task.priority > best && task.steps.contains { $0.state == "enqueued" }
        }
        var claims: [HeldAttempt] = []
        if reports.allSatisfy({ $0.1 == "succeeded" }), !isOutranked {
            var dependents: Set<[Int]> = []
            for held in succeeded {
                for (number, step) in tasks[held.task].template.steps.enumerated()
                where step.dependencies.contains(held.step) {
                    dependents.insert([-before.tasks[held.task].priority, held.task, number])
                }
            }
            for place in dependents.sorted(by: { $0.lexicographicallyPrecedes($1) }).prefix(want) {
                let (task, number) = (place[1], place[2])
                let step = tasks[task].steps[number]
                guard before.tasks[task].priority == best, before.tasks[task].steps[number].state == "pending",
                    step.state == "enqueued", !step.isSuspect
                else { continue }
                claims.append(start(task, number, on: worker))
            }
        }
        return (refused, claims + claim(worker: worker, want: want - claims.count))
    }

    private func isRunning(_ held: HeldAttempt, on worker: Int) -> Bool {
        let step = tasks[held.task].steps[held.step]
        return step.state == "in_progress" && step.worker == worker && step.attempt == held.attempt
    }

    /// Settles what a worker reports; returns what is refused.
    mutating func settle(_ reports: [(HeldAttempt, String)], worker: Int) -> Set<HeldAttempt> {
        var refused: Set<HeldAttempt> = []
        for (held, outcome) in reports {
            if isRunning(held, on: worker) { end(held, outcome) } else { refused.insert(held) }
        }
        let settled = reports.map(\.0).filter { !refused.contains($0) }
        for task in Set(settled.map(\.task)) {
            tasks[task].follow(settled.filter { $0.task == task }.map(\.step), now: now)
        }
        return refused
    }

    private mutating func end(_ held: HeldAttempt, _ outcome: String) {
        var step = tasks[held.task].steps[held.step]
        // Lost beside others at the last attempt: one more, as a suspect.
        if outcome == "lease_lost", !step.isStopping, !step.isSuspect, step.attempt == step.maxAttempts,
            tasks[held.task].template.steps[held.step].maxAttempts > 1
        {
            step.maxAttempts += 1
        }
        let mayRetry = step.attempt < step.maxAttempts
        switch outcome {
        case _ where step.isStopping:
            step.state = "cancelled"
            step.isStopping = false
        case "succeeded":
            step.state = "complete"
        case "released":
            step.state = "enqueued"
            step.attempt -= 1
        case "permanent":
            step.state = "error"
        case _ where !mayRetry:
            step.state = "error"
        default:
            step.state = "waiting_for_retry"
            step.runAt = outcome == "lease_lost" ? now : now + 1
        }
        if !["succeeded", "released"].contains(outcome) {
            step.isSuspect = outcome == "lease_lost" && step.attempt == step.maxAttempts - 1
        }
        tasks[held.task].steps[held.step] = step
    }

    /// Time passes by one jump, or a worker is lost; then a server sweeps.
    mutating func sweep(lost: Int? = nil) {
        // The workers one after the other, as they were registered.
        let workers = Set(tasks.flatMap { $0.steps.compactMap { $0.state == "in_progress" ? $0.worker : nil } })
        for worker in workers.sorted() {
            var reports: [(HeldAttempt, String)] = []
            for task in tasks.indices {
                for step in tasks[task].steps.indices {
                    let s = tasks[task].steps[step]
                    guard s.state == "in_progress", s.worker == worker else { continue }
                    let held = HeldAttempt(task: task, step: step, attempt: s.attempt)
                    if worker == lost {
                        reports.append((held, "lease_lost"))
                    } else if now - s.startedAt >= 3 {
                        reports.append((held, "timed_out"))
                    }
                }
            }
            _ = settle(reports, worker: worker)
        }
        for task in tasks.indices where !tasks[task].hasEnded && tasks[task].state != "error" {
            for step in tasks[task].steps.indices
            where tasks[task].steps[step].state == "waiting_for_retry"
                && tasks[task].steps[step].runAt ?? .max <= now
            {
                tasks[task].steps[step].state = "enqueued"
                tasks[task].steps[step].runAt = nil
            }
            tasks[task].derive(now: now)
            if let runAt = tasks[task].runAt, runAt <= now { tasks[task].isStarted = true }
            tasks[task].advance(now: now)
            if tasks[task].state == "blocked_by_failures", tasks[task].template.givesUp, tasks[task].stateAt < now {
                tasks[task].state = "error"
            }
        }
    }
}
