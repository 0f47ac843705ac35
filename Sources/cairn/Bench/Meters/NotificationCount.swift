import CairnStore
import Logging
import Postgres
import Synchronization

/// Counts the notifications that the database sends to anybody, by listening on every channel there is.
final class NotificationCount: Sendable {
    private let count = Atomic(0)
    private let listener: PostgresListener

    init(url: String) throws {
        listener = PostgresListener(
            configuration: try Store.configuration(url: url, applicationName: "cairn bench", maxConnections: 1),
            logger: Database.quiet)
    }

    var value: Int { count.load(ordering: .relaxed) }

    /// Counts until the task is cancelled.
    func run() async {
        for await event in listener {
            if case .notification = event { count.add(1, ordering: .relaxed) }
        }
    }

    /// Listens to everybody who may be woken now: namespaces, workers, and the servers.
    func listen(_ store: Store) async throws {
        let channels = try await store.pool.query(
            """
            select \(unescaped: DatabaseMeter.mark) 'cairn_namespace_' || id from cairn.namespaces
            union all select 'cairn_worker_' || id from cairn.workers where state = 'live'
            union all select 'cairn_hooks'
            """, as: String.self)
        listener.setChannels(Set(channels))
    }
}
