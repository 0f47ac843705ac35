import EmbeddedPostgres
import Synchronization

/// Everything that `up` has started, in order, so that it can be taken down in reverse.
final class UpStack: Sendable {
    private enum Part: Sendable {
        case database(EmbeddedPostgres.Running)
        case children(String, [KeptChild])
    }

    private let parts = Mutex<[Part]>([])
    private let output: UpOutput

    init(output: UpOutput) { self.output = output }

    func add(_ database: EmbeddedPostgres.Running) { parts.withLock { $0.append(.database(database)) } }

    /// The database was started anew.
    func replace(_ database: EmbeddedPostgres.Running) {
        parts.withLock { parts in
            let place = parts.firstIndex { if case .database = $0 { true } else { false } }
            if let place { parts[place] = .database(database) }
        }
    }

    /// Starts children that are stopped together.
    func start(_ name: String, _ children: [Child]) -> [KeptChild] {
        let output = output
        let kept = children.map { child in
            KeptChild(child) { lines in lines.forEach(output.say) }
        }
        parts.withLock { $0.append(.children(name, kept)) }
        for child in kept { child.start() }
        return kept
    }

    /// Stops everything, the last first, with one line each.
    func takeDown() async {
        for part in parts.withLock({ $0 }).reversed() {
            let start = ContinuousClock.now
            let name = await stop(part)
            output.say(Line([Span("■ "), Span(name), Span(" in \(Times.span(.now - start))", .dim)]))
        }
        parts.withLock { $0 = [] }
    }

    private func stop(_ part: Part) async -> String {
        switch part {
        case .database(let database):
            await database.stop()
            return database.isAdopted ? "PostgreSQL was running before and is left running" : "PostgreSQL stopped"
        case .children(let name, let children):
            await withDiscardingTaskGroup { group in
                for child in children { group.addTask { await child.stop() } }
            }
            return "\(name) stopped"
        }
    }

    /// Makes every child end at once.
    func killAll() {
        for case .children(_, let children) in parts.withLock({ $0 }) {
            for child in children { child.kill() }
        }
    }
}
