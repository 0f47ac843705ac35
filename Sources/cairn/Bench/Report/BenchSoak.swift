import CairnModel

/// What became of a system under an even load, minute by minute.
struct BenchSoak: Sendable {
    struct Minute: Sendable {
        /// From 1 on.
        var number: Int
        /// Milliseconds of the tasks that were due in it, until they are summed up.
        fileprivate var times: [Double] = []
        var tasks: Int { times.count }
        /// Tasks whose submit failed in it.
        var refused: Int
        var deadRows: Double
        var serverMegabytes: Double?
        var workerMegabytes: Double?

        func percentile(_ fraction: Double) -> Double? { BenchFigures.percentile(fraction, of: times) }

        var figures: BenchFigures {
            var figures = BenchFigures()
            figures["tasks"] = Double(tasks)
            figures["refused"] = Double(refused)
            figures.add(taskMilliseconds: times)
            figures["dead_rows"] = deadRows
            figures["server_rss_mb"] = serverMegabytes
            figures["worker_rss_mb"] = workerMegabytes
            return figures
        }
    }

    let tasksPerSecond: Double
    private(set) var minutes: [Minute] = []

    init(tasksPerSecond: Double) { self.tasksPerSecond = tasksPerSecond }

    /// Adds a minute, and the tasks that have ended in it, by the minute in which they were due: counted from 0.
    mutating func add(
        _ times: [Int: [Double]], refused: Int, deadRows: Double, serverMegabytes: Double?, workerMegabytes: Double?
    ) {
        minutes.append(
            Minute(
                number: minutes.count + 1, refused: refused, deadRows: deadRows, serverMegabytes: serverMegabytes,
                workerMegabytes: workerMegabytes))
        for (minute, times) in times where minutes.indices.contains(minute) { minutes[minute].times += times }
    }

    /// The last minute by the first: 1 where nothing drifts. Nil for fewer than two minutes.
    var drift: BenchFigures {
        var figures = BenchFigures()
        let first = minutes.first?.figures, last = minutes.last?.figures
        for name in ["task_ms_p50", "task_ms_p99", "server_rss_mb", "worker_rss_mb"] {
            guard minutes.count > 1, let a = first?[name], let b = last?[name], a > 0 else {
                figures[name] = nil
                continue
            }
            figures[name] = b / a
        }
        return figures
    }

    var json: JSON {
        var object = JSONObject()
        object["tasks_per_second"] = JSONNumber(tasksPerSecond).map(JSON.number) ?? .null
        object["minutes"] = .array(minutes.map { .object($0.figures.json) })
        object["drift"] = .object(drift.json)
        return .object(object)
    }
}
