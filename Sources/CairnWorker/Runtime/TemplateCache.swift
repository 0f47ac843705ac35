import CairnStore
import Synchronization

/// The steps of templates, which never change, by template and number.
final class TemplateCache: Sendable {
    /// With more templates than this the cache starts over.
    static let capacity = 1000

    private let templates = Mutex<[Int64: [Int32: WorkerTemplateStep]]>([:])

    subscript(templateID: Int64, stepNo: Int32) -> WorkerTemplateStep? {
        templates.withLock { $0[templateID]?[stepNo] }
    }

    /// Fetches those of these templates that are not known yet.
    func load(_ templateIDs: some Sequence<Int64>, workerID: Int64, from store: Store) async throws {
        let missing = templates.withLock { known in Set(templateIDs).filter { known[$0] == nil } }
        for id in missing.sorted() {
            let steps = try await store.workerTemplate(workerID: workerID, templateID: id)
            let byNumber = Dictionary(steps.map { ($0.stepNo, $0) }) { first, _ in first }
            templates.withLock { known in
                if known.count >= Self.capacity { known = [:] }
                known[id] = byNumber
            }
        }
    }
}
