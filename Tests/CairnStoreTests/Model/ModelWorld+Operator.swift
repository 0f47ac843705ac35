/// What operators do in the model. Each says `ok`, another word of success, or the code of the refusal.
extension ModelWorld {
    mutating func cancel(_ task: Int) -> String {
        if tasks[task].hasEnded || tasks[task].state == "error" { return "task_ended" }
        if tasks[task].ending == "cancelled" { return "already_cancelling" }
        tasks[task].stop("cancelled", now: now)
        return tasks[task].state == "cancelled" ? "cancelled" : "cancelling"
    }

    private func goingOn(_ task: Int) -> String? {
        if tasks[task].isBeingStopped { return "task_stopping" }
        return tasks[task].steps.contains { $0.state == "cancelled" } ? "steps_cancelled" : nil
    }

    private mutating func resume(_ task: Int) {
        tasks[task].ending = nil
        tasks[task].advance(now: now)
    }

    mutating func retry(_ task: Int) -> String {
        if tasks[task].hasEnded { return "task_ended" }
        if let refusal = goingOn(task) { return refusal }
        let failed = tasks[task].steps.indices.filter {
            tasks[task].steps[$0].state == "error"
                && [.error, .block].contains(tasks[task].template.steps[$0].onFailure)
        }
        if failed.isEmpty { return "nothing_to_retry" }
        tasks[task].reset(failed, atOnce: failed, now: now)
        resume(task)
        return "ok"
    }

    private func stepRefusal(_ task: Int) -> String? {
        if tasks[task].hasEnded { return "task_ended" }
        return tasks[task].isBeingStopped ? "task_stopping" : nil
    }

    mutating func reset(_ task: Int, _ step: Int) -> String {
        if let refusal = stepRefusal(task) { return refusal }
        if tasks[task].steps[step].state != "error" { return "illegal_transition" }
        return again(task, step, downstream: false)
    }

    mutating func rerun(_ task: Int, _ step: Int, downstream: Bool) -> String {
        if let refusal = stepRefusal(task) { return refusal }
        if !["error", "complete", "skipped"].contains(tasks[task].steps[step].state) { return "illegal_transition" }
        return again(task, step, downstream: downstream)
    }

    private mutating func again(_ task: Int, _ step: Int, downstream: Bool) -> String {
        if let refusal = goingOn(task) { return refusal }
        let later = tasks[task].downstream(of: step)
        let failed = tasks[task].steps[step].state == "error"
        for number in later {
            let state = tasks[task].steps[number].state
            if downstream {
                if ["enqueued", "in_progress", "waiting_for_retry"].contains(state) { return "downstream_running" }
            } else if !["pending", "resolved_manually"].contains(state) && !(failed && state == "skipped") {
                return "downstream_has_begun"
            }
        }
        if tasks[task].template.steps[step].dependencies.contains(where: tasks[task].excludes) {
            return "upstream_excludes"
        }
        let again = later.filter { ["complete", "error", "skipped"].contains(tasks[task].steps[$0].state) }
        tasks[task].reset(again.union([step]), atOnce: [step], now: now)
        resume(task)
        return "ok"
    }

    mutating func settleByHand(_ task: Int, _ step: Int, as state: String) -> String {
        if let refusal = stepRefusal(task) { return refusal }
        guard tasks[task].steps[step].isOpen || tasks[task].steps[step].state == "error" else {
            return "illegal_transition"
        }
        if let refusal = goingOn(task) { return refusal }
        var s = tasks[task].steps[step]
        s.state = state
        s.attempt += 1
        s.maxAttempts = max(s.maxAttempts, s.attempt)
        s.worker = nil
        s.runAt = nil
        s.isSuspect = false
        tasks[task].steps[step] = s
        resume(task)
        return "ok"
    }

    mutating func resolve(_ task: Int) -> String {
        if tasks[task].hasEnded { return "task_ended" }
        let resting = ["waiting_for_dependencies", "waiting_for_retry", "blocked_by_failures", "error"]
        guard resting.contains(tasks[task].state) else { return "illegal_transition" }
        for number in tasks[task].steps.indices where tasks[task].steps[number].isOpen {
            tasks[task].steps[number].state = "cancelled"
        }
        tasks[task].state = "resolved_manually"
        tasks[task].ending = nil
        return "ok"
    }

    mutating func setPriority(_ task: Int, _ priority: Int) -> String {
        if tasks[task].hasEnded { return "task_ended" }
        tasks[task].priority = priority
        return "ok"
    }
}
