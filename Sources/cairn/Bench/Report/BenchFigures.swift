import CairnModel

/// Named figures, in the order in which they are shown; nil where one could not be measured.
struct BenchFigures: Sendable {
    private(set) var names: [String] = []
    private var values: [String: Double?] = [:]

    subscript(name: String) -> Double? {
        get { values[name] ?? nil }
        set {
            if values[name] == nil { names.append(name) }
            values.updateValue(newValue, forKey: name)
        }
    }

    /// The median of each figure over several runs.
    static func medians(_ runs: [BenchFigures]) -> BenchFigures {
        var medians = BenchFigures()
        for name in runs.first?.names ?? [] {
            let found = runs.compactMap { $0[name] }
            medians[name] = found.isEmpty ? nil : percentile(0.5, of: found)
        }
        return medians
    }

    /// The value below which this part of the values lies: the nearest one, by rank.
    static func percentile(_ fraction: Double, of values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * fraction).rounded(.down)))]
    }

    /// Adds the figures of another phase.
    mutating func merge(_ others: BenchFigures) {
        for name in others.names { self[name] = others[name] }
    }

    /// Adds what was written and sent for each of so many steps.
    mutating func add(_ done: DatabaseMeter.Reading, perStepOf steps: Int, prefix: String = "") {
        func perStep(_ value: Double?) -> Double? { value.map { $0 / Double(steps) } }
        self[prefix + "commits_per_step"] = perStep(done.commits)
        self[prefix + "statements_per_step"] = perStep(done.statements)
        self[prefix + "exchanges_per_step"] = perStep(done.exchanges)
        self[prefix + "wal_bytes_per_step"] = perStep(done.walBytes)
        self[prefix + "notifies_per_step"] = perStep(done.notifications)
        self[prefix + "rows_written_per_step"] = perStep(done.rowsWritten)
        self[prefix + "dead_rows_per_step"] = perStep(done.deadRows)
    }

    /// The times of tasks, in milliseconds.
    mutating func add(taskMilliseconds times: [Double], prefix: String = "") {
        for (name, fraction) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
            self[prefix + "task_ms_" + name] = Self.percentile(fraction, of: times)
        }
    }

    var json: JSONObject {
        var object = JSONObject()
        for name in names {
            object[name] = self[name].flatMap { JSONNumber(($0 * 10_000).rounded() / 10_000) }.map(JSON.number) ?? .null
        }
        return object
    }
}
