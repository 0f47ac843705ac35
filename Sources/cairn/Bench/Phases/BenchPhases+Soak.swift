import CairnClient
import CairnModel
import CairnStore
import Foundation
import Postgres
import Synchronization

extension BenchPhases {
    /// How often tasks are submitted in a soak, in batches as large as the rate asks for.
    private static let beat = 0.05

    /// Tasks come at a rate for long, and each minute is looked at by itself.
    func soak(
        _ shape: BenchShape, rate: Double, minutes: Int, secondsPerMinute: Int = 60,
        said: @escaping @Sendable (BenchSoak.Minute) -> Void
    ) async throws -> BenchSoak {
        try await fleet.with(servers: 1, workers: workers) { programs in
            _ = try await alone(shape, programs.client)
            // This clock and the database's may differ; half a round trip is the error.
            let (start, zero) = (ContinuousClock.now, try await now())
            let submitted = SoakSubmits()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await submit(
                        shape, rate: rate, seconds: minutes * secondsPerMinute, start, programs.client, to: submitted)
                }
                var soak = BenchSoak(tasksPerSecond: rate)
                var late = SoakTimes(secondsPerMinute: secondsPerMinute)
                for number in 1...minutes {
                    try await Task.sleep(until: start + .seconds(number * secondsPerMinute))
                    if number == minutes { try await group.waitForAll() }
                    let (tasks, refused) = submitted.take()
                    late.add(tasks)
                    if number == minutes, let first = late.first { try await untilEnded(since: first) }
                    let usage = programs.usage()
                    soak.add(
                        late.settle(try await ends(since: late.first), zero: zero), refused: refused,
                        deadRows: try await deadRows(),
                        serverMegabytes: usage.server?.rssMegabytes, workerMegabytes: usage.workers?.rssMegabytes)
                    if let last = soak.minutes.last { said(last) }
                }
                return soak
            }
        }.0
    }

    /// Submits what is due, each batch when it is.
    private func submit(
        _ shape: BenchShape, rate: Double, seconds: Int, _ start: ContinuousClock.Instant, _ client: CairnClient,
        to submitted: SoakSubmits
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            var owed = 0.0
            for beat in 0..<Int(Double(seconds) / Self.beat) {
                let due = Double(beat) * Self.beat
                owed += rate * Self.beat
                let count = Int(owed)
                owed -= Double(count)
                try await Task.sleep(until: start + .seconds(due))
                guard count > 0 else { continue }
                group.addTask {
                    let batch = Array(repeating: shape.submission(), count: count)
                    // A load that stopped at the first refusal would never show how often there are some.
                    do {
                        submitted.add(try await client.submitBatch(batch).compactMap(\.taskID), due: due)
                    } catch  where !(error is CancellationError) {
                        submitted.refuse(count)
                    }
                }
            }
        }
    }

    private func ends(since first: Int64?) async throws -> [(Int64, Double)] {
        guard let first else { return [] }
        return try await store.pool.query(
            """
            select \(unescaped: DatabaseMeter.mark) id, extract(epoch from finished_at)::double precision
            from cairn.task_core where id >= \(first) and finished_at is not null
            """, as: (Int64, Double).self)
    }
}

/// What a soak has submitted and nobody has looked at yet.
private final class SoakSubmits: Sendable {
    private struct Submits {
        var tasks: [(id: Int64, due: Double)] = []
        var refused = 0
    }

    private let submits = Mutex(Submits())

    func add(_ ids: [Int64], due: Double) {
        submits.withLock { $0.tasks += ids.map { (id: $0, due: due) } }
    }

    /// So many tasks were refused, or nobody knows what became of them.
    func refuse(_ count: Int) {
        submits.withLock { $0.refused += count }
    }

    func take() -> (tasks: [(id: Int64, due: Double)], refused: Int) {
        submits.withLock { submits in
            defer { submits = Submits() }
            return (submits.tasks, submits.refused)
        }
    }
}

/// Tasks of a soak whose end is not known yet: when each was due, in seconds from the beginning.
private struct SoakTimes {
    let secondsPerMinute: Int
    private var waiting: [Int64: Double] = [:]

    init(secondsPerMinute: Int) { self.secondsPerMinute = secondsPerMinute }

    /// The oldest one.
    var first: Int64? { waiting.keys.min() }

    mutating func add(_ submitted: [(id: Int64, due: Double)]) {
        for task in submitted { waiting[task.id] = task.due }
    }

    /// Takes what has ended: milliseconds from when each was due, by the minute it was due in.
    mutating func settle(_ ends: [(Int64, Double)], zero: Double) -> [Int: [Double]] {
        var times: [Int: [Double]] = [:]
        for (id, end) in ends {
            guard let due = waiting.removeValue(forKey: id) else { continue }
            times[Int(due) / secondsPerMinute, default: []].append((end - zero - due) * 1000)
        }
        return times
    }
}
