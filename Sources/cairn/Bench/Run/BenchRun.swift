import CairnModel
import CairnStore
import Foundation
import Postgres

/// One benchmark: what it plans, in order.
struct BenchRun: Sendable {
    let plan: BenchPlan
    /// The paths of the programs.
    let server: String
    let worker: String
    let progress: UpOutput

    /// Tasks a second that come one by one unless somebody asks for more: the client of the benchmark is on the same machine.
    static let highestRate = 200.0

    /// What needs no database.
    func measureAlone() async throws -> BenchReport {
        var report = BenchReport(workers: plan.workers, runs: plan.runs, settings: plan.settings)
        if plan.phases.contains(.micro) {
            report.micro = try await progress.phase { (try BenchMicro.figures(), "Swift alone is measured") }
        }
        return report
    }

    func measure(_ url: String, postmaster: Int?) async throws -> BenchReport {
        var report = try await measureAlone()
        try await Database.withStore(url, connections: BenchFloor.sessions + 1) { store in
            try await prepare(store)
            let notifications = try NotificationCount(url: url)
            let counting = Task { await notifications.run() }
            defer { counting.cancel() }
            let phases = BenchPhases(
                store: store,
                fleet: BenchFleet(
                    url: url, store: store, server: server, worker: worker, progress: progress, postmaster: postmaster),
                meter: DatabaseMeter(
                    store: store, notifications: notifications, countsStatements: try await countsStatements(store)),
                workers: plan.workers)
            report.postgres = try await store.pool.queryFirst("show server_version", as: String.self)
            if let steps = plan.agedSteps {
                report.agedSteps = try await age(store, phases, steps: steps)
            }
            try await measure(phases, into: &report)
            if let minutes = plan.soakMinutes {
                report.soak = try await soak(phases, minutes: minutes, into: &report)
            }
        }
        return report
    }

    /// Everything that is measured as often as was asked for.
    private func measure(_ phases: BenchPhases, into report: inout BenchReport) async throws {
        var figures: [BenchFigures] = []
        var shapes: [String: [BenchFigures]] = [:]
        var snapshots: [BenchFigures] = []
        for run in 1...plan.runs {
            let of = plan.runs == 1 ? "" : " (\(run) of \(plan.runs))"
            var found = BenchFigures()
            func add(_ phase: BenchPhase, _ what: String, _ measure: () async throws -> BenchFigures) async throws {
                guard plan.phases.contains(phase) else { return }
                found.merge(try await progress.phase { (try await measure(), what + of) })
            }
            found["commit_ms_p50"] = try await progress.phase {
                (try await BenchCommit.milliseconds(phases.store), "One commit is timed\(of)")
            }
            try await add(.shapes, "The floor is found") {
                let tasks = BenchShape.linear4.tasks(forSteps: plan.steps)
                var figures = BenchFigures()
                figures["floor_steps_per_second"] = try await phases.floor(.linear4, tasks: tasks)
                return figures
            }
            try await add(.shapes, "A bare step is timed") {
                var figures = BenchFigures()
                figures["bare_step_ms_p50"] = try await BenchBareStep(store: phases.store).milliseconds()
                return figures
            }
            for shape in plan.shapes where plan.phases.contains(.shapes) {
                let found = try await progress.phase {
                    (try await measure(shape, phases), "\(shape.name) is measured\(of)")
                }
                shapes[shape.name, default: []].append(found)
            }
            try await add(.wakeup, "The way to a waiting worker is timed") {
                try await phases.wakeUp(tasks: plan.idleTasks)
            }
            try await add(.idle, "The idle system is watched") { try await phases.quiet(seconds: plan.seconds) }
            try await add(.scaling, "One worker and eight are compared") {
                try await phases.scaling(seconds: plan.seconds)
            }
            if plan.holdsSnapshot {
                let tasks = BenchShape.linear4.tasks(forSteps: plan.steps)
                let found = try await progress.phase {
                    (
                        try await phases.heldSnapshot(.linear4, tasks: tasks),
                        "Work under a held snapshot is measured\(of)"
                    )
                }
                snapshots.append(found)
            }
            // Last, for nobody works off what it leaves behind.
            try await add(.submit, "Submits are counted") { try await phases.submits(seconds: plan.seconds) }
            figures.append(found)
        }
        report.figures = .medians(figures)
        report.shapes = plan.shapes.compactMap { shape in shapes[shape.name].map { (shape.name, .medians($0)) } }
        report.snapshot = snapshots.isEmpty ? nil : .medians(snapshots)
    }

    private func measure(_ shape: BenchShape, _ phases: BenchPhases) async throws -> BenchFigures {
        var figures = try await phases.saturated(shape, tasks: shape.tasks(forSteps: plan.steps))
        // Shapes that are all about their width would take the whole day alone, and say nothing new.
        let alone = max(1, plan.idleTasks * 4 / max(4, shape.steps.count))
        figures.merge(try await phases.idle(shape, tasks: alone))
        let rate = plan.rate ?? min(Self.highestRate, max(0.1, (figures["tasks_per_second"] ?? 0) / 2))
        figures.merge(try await phases.openLoop(shape, rate: rate, duration: .seconds(plan.seconds)))
        return figures
    }

    /// Fills the tables, and says with how many steps.
    private func age(_ store: Store, _ phases: BenchPhases, steps: Int) async throws -> Int {
        let shape = BenchShape.linear4
        let model = try await phases.fleet.with(servers: 1, workers: 1) { programs in
            try await phases.submitAlone(shape, programs.client)
        }.0
        let aging = BenchAging(store: store, model: model, steps: shape.steps.count)
        return try await progress.phase {
            let made = try await aging.fill(steps: steps) { progress.say(Line("  \($0) finished steps", .dim)) }
            return (made, "The tables have \(made) finished steps more")
        }
    }

    /// Half of what the system can do, for long.
    private func soak(_ phases: BenchPhases, minutes: Int, into report: inout BenchReport) async throws -> BenchSoak {
        let shape = BenchShape.linear4
        var rate = plan.rate
        if rate == nil {
            let known = report.shapes.first { $0.name == shape.name }?.figures["tasks_per_second"]
            let most =
                if let known { known } else {
                    try await progress.phase {
                        let figures = try await phases.saturated(shape, tasks: shape.tasks(forSteps: plan.steps))
                        return (figures["tasks_per_second"] ?? 0, "What is half of what can be done is found")
                    }
                }
            rate = max(1, most / 2)
        }
        return try await progress.phase {
            let soak = try await phases.soak(shape, rate: rate ?? 1, minutes: minutes) { minute in
                let p99 = minute.percentile(0.99).map { "\(Int($0.rounded())) ms" } ?? "–"
                progress.say(Line("  minute \(minute.number): \(minute.tasks) tasks, p99 \(p99)", .dim))
            }
            return (soak, "An even load is endured")
        }
    }

    /// The schema, and the shapes as templates; the database must be empty.
    private func prepare(_ store: Store) async throws {
        _ = try await store.migrate()
        guard
            try await store.pool.queryFirst("select not exists (select from cairn.task_core)", as: Bool.self) == true
        else {
            throw CommandError(
                .failed, "database_not_empty", "the database has tasks, and a benchmark leaves its own behind",
                do: "Name an empty database, or leave --database-url out")
        }
        let templates =
            ([.linear4, .single, .sleeping] + plan.shapes).map { $0.template() }
            + [BenchShape.submitted.template(namespace: BenchShape.submitNamespace)]
        for template in templates {
            guard let template = Template.decode(template.text).template else {
                throw CommandError(.failed, .internal, "the benchmark's template is wrong", do: "Report this")
            }
            _ = try await store.register(template)
        }
    }

    /// Whether PostgreSQL counts statements: with the extension where it is installed or may be.
    private func countsStatements(_ store: Store) async throws -> Bool {
        do {
            try await store.pool.execute("create extension if not exists pg_stat_statements")
            _ = try await store.pool.query("select count(*) from pg_stat_statements", as: Int64.self)
        } catch is PostgresError {
            progress.skip("Statements are not counted: this PostgreSQL does not have pg_stat_statements")
            return false
        }
        guard
            try await store.pool.queryFirst(
                "select current_setting('pg_stat_statements.track') <> 'none'", as: Bool.self) == true
        else {
            progress.skip("Statements are not counted: pg_stat_statements.track is none")
            return false
        }
        return true
    }
}
