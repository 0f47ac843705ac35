import CairnStore
import Synchronization

/// The steps of templates, which never change, by template and number.
final class TemplateCache: Sendable {
    private let capacity: Int
    private let templates = Mutex<[Int64: [Int32: WorkerTemplateStep]]>([:])

    /// A cache that keeps only what is needed once it would hold more templates than `capacity`.
    init(capacity: Int = 1000) { self.capacity = capacity }

    subscript(templateID: Int64, stepNo: Int32) -> WorkerTemplateStep? {
        templates.withLock { $0[templateID]?[stepNo] }
    }

    /// Fetches those of these templates that are not known yet. All of them stay until the next load.
    func load(
        _ templateIDs: some Sequence<Int64>, fetch: (Int64) async throws -> [WorkerTemplateStep]
    ) async throws {
        let needed = Set(templateIDs)
        let missing = templates.withLock { known in
            let missing = needed.filter { known[$0] == nil }
            if known.count + missing.count > capacity { known = known.filter { needed.contains($0.key) } }
            return missing
        }
        for id in missing.sorted() {
            let byNumber = Dictionary(try await fetch(id).map { ($0.stepNo, $0) }) { first, _ in first }
            templates.withLock { $0[id] = byNumber }
        }
    }
}
