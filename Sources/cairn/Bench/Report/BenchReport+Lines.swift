import Foundation

/// The report for people.
extension BenchReport {
    func lines(width: Int) -> [Line] {
        var blocks: [[Line]] = []
        if !shapes.isEmpty { blocks.append(shapeTable.lines(width: width)) }
        if !wholeTable.rows.isEmpty { blocks.append(wholeTable.lines(width: width, hasHeading: false)) }
        if let soak { blocks.append(table(of: soak).lines(width: width)) }
        blocks.append([Line(foot)])
        return blocks.flatMap { [Line()] + $0 }
    }

    private var foot: String {
        guard let postgres else { return "--json has the same for programs" }
        let aged = agedSteps.map { ", \($0) finished steps before" } ?? ""
        let floor = figures["floor_steps_per_second"].map { ", floor \(text($0, 0)) steps/s" } ?? ""
        let bare = figures["bare_step_ms_p50"].map { ", a bare step \(text($0, 2)) ms" } ?? ""
        let told = settings.sorted { $0.key < $1.key }.map { ", \($0.key) = \($0.value)" }.joined()
        return "PostgreSQL \(postgres)\(told), \(workers) workers\(aged); "
            + "one commit \(text(figures["commit_ms_p50"], 2)) ms\(bare)\(floor); --json has all figures"
    }

    private var shapeTable: Table {
        var table = Table(
            [.init(title: "shape")]
                + [
                    "steps/s", "÷ floor", "idle ms/step", "÷ commit", "commits/step", "idle", "WAL/step",
                    "notifies/step",
                    "p99 at rate, ms",
                ].map { .init(title: $0, isRight: true) })
        let floor = figures["floor_steps_per_second"], commit = figures["commit_ms_p50"]
        for (name, figures) in shapes {
            let rate = figures["steps_per_second"], alone = figures["ms_per_step_p50"]
            table.add(
                [Span(name), Span(text(rate, 0), .bold)]
                    + [
                        text(ratio(rate, floor), 2), text(alone, 2), text(ratio(alone, commit), 2),
                        text(figures["commits_per_step"], 3), text(figures["idle_commits_per_step"], 2),
                        text(figures["wal_bytes_per_step"], 0), text(figures["notifies_per_step"], 4),
                        text(figures["open_loop_task_ms_p99"], 1),
                    ].map { Span($0) })
        }
        return table
    }

    /// One line a figure of the system as a whole.
    private var wholeTable: Table {
        var table = Table([.init(title: "what"), .init(title: "figure", isRight: true), .init(title: "how")])
        func add(_ what: String, _ value: Double?, _ digits: Int, _ how: String) {
            guard let value else { return }
            table.add([Span(what), Span(text(value, digits), .bold), Span(how, .dim)])
        }
        add(
            "submits per second", figures["submits_per_second"], 0,
            "one task a request, \(BenchPhases.submitConnections) connections; p99 \(text(figures["submit_request_ms_p99"], 1)) ms"
        )
        add(
            "tasks per second in batches", figures["batch_tasks_per_second"], 0,
            "\(BenchPhases.batchSize) a request, \(BenchPhases.batchConnections) connections; p99 \(text(figures["batch_request_ms_p99"], 1)) ms"
        )
        add("wake-up p50, ms", figures["wakeup_ms_p50"], 2, "from the submit to the claim, all workers waiting")
        add(
            "wake-up p99, ms", figures["wakeup_ms_p99"], 2,
            "one commit after 50 ms of rest takes \(text(figures["commit_rested_ms_p50"], 2)) ms")
        add(
            "idle transactions per second", figures["idle_transactions_per_second"], 2,
            "a server and \(workers) workers")
        add("8 workers ÷ 1", figures["scaling_1_to_8"], 2, "steps of 20 ms")
        add("held snapshot ÷ none", snapshot?["ratio"], 2, "steps per second")
        add("dead rows when it is released", snapshot?["dead_rows_when_released"], 0, "")
        add("dead rows after vacuum", snapshot?["dead_rows_after_vacuum"], 0, "")
        for name in micro?.names ?? [] {
            let what = name.replacing("_ns", with: "").replacing("_", with: " ")
            add("\(what), ns", micro?[name], 0, "Swift alone")
        }
        return table
    }

    private func table(of soak: BenchSoak) -> Table {
        var table = Table(
            ["minute", "tasks", "refused", "p50, ms", "p99, ms", "dead rows", "server, MB", "worker, MB"].map {
                .init(title: $0, isRight: true)
            })
        func add(_ name: String, _ tasks: String, _ refused: String, _ figures: BenchFigures, digits: Int) {
            table.add(
                [Span(name), Span(tasks), Span(refused)]
                    + [
                        text(figures["task_ms_p50"], digits), text(figures["task_ms_p99"], digits),
                        figures["dead_rows"].map { text($0, 0) } ?? "", text(figures["server_rss_mb"], digits),
                        text(figures["worker_rss_mb"], digits),
                    ].map { Span($0) })
        }
        for minute in soak.minutes {
            add("\(minute.number)", "\(minute.tasks)", "\(minute.refused)", minute.figures, digits: 1)
        }
        if soak.minutes.count > 1 { add("last ÷ first", "", "", soak.drift, digits: 2) }
        return table
    }

    private func text(_ value: Double?, _ digits: Int) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "–"
    }

    private func ratio(_ a: Double?, _ b: Double?) -> Double? {
        if let a, let b, b > 0 { a / b } else { nil }
    }
}
