import CairnModel
import Foundation

/// What a benchmark found.
struct BenchReport: Sendable {
    var postgres: String?
    var workers: Int
    var runs: Int
    /// What the private PostgreSQL was told beside its defaults.
    var settings: [String: String]
    var agedSteps: Int?
    /// The references, and all that is measured of a system as a whole.
    var figures = BenchFigures()
    var shapes: [(name: String, figures: BenchFigures)] = []
    var snapshot: BenchFigures?
    var soak: BenchSoak?
    var micro: BenchFigures?

    init(workers: Int, runs: Int, settings: [String: String] = [:]) {
        self.workers = workers
        self.runs = runs
        self.settings = settings
    }

    var json: JSON {
        var object = JSONObject()
        object["cores"] = JSON(ProcessInfo.processInfo.activeProcessorCount)
        if let postgres { object["postgres"] = .string(postgres) }
        object["workers"] = JSON(workers)
        object["runs"] = JSON(runs)
        if !settings.isEmpty {
            let sorted = settings.sorted { $0.key < $1.key }
            object["settings"] = .object(JSONObject(sorted.map { .init(name: $0.key, value: .string($0.value)) }))
        }
        if let agedSteps { object["aged_steps"] = JSON(agedSteps) }
        for figure in figures.json.members { object[figure.name] = figure.value }
        if !shapes.isEmpty {
            object["shapes"] = .object(JSONObject(shapes.map { .init(name: $0.name, value: .object($0.figures.json)) }))
        }
        if let snapshot { object["held_snapshot"] = .object(snapshot.json) }
        if let soak { object["soak"] = soak.json }
        if let micro { object["micro"] = .object(micro.json) }
        return .object(object)
    }
}
