import Postgres
import TestSupport
import Testing

@Suite struct ListenerTests {
    struct NotThere: Error {}

    private func listenerProcess(_ pool: PostgresPool) async throws -> Int32 {
        let process = try await pool.queryFirst(
            "select pid from pg_stat_activity where application_name = 'listener' and datname = current_database()",
            as: Int32.self)
        guard let process else { throw NotThere() }
        return process
    }

    private func listener(
        _ pool: PostgresPool, _ channels: Set<String>, probe: Duration = .seconds(30)
    ) -> PostgresListener {
        var configuration = pool.configuration
        configuration.applicationName = "listener"
        return PostgresListener(configuration: configuration, channels: channels, probeInterval: probe)
    }

    @Test func `notifications arrive after listening`() async throws {
        try await withPool(connections: 1) { pool in
            let events = listener(pool, ["news", "odd \"name\""]).makeAsyncIterator()
            #expect(await events.next() == .listening)
            try await pool.execute("select pg_notify('news', 'one'), pg_notify('odd \"name\"', '')")
            #expect(await events.next() == .notification(channel: "news", payload: "one"))
            #expect(await events.next() == .notification(channel: "odd \"name\"", payload: ""))
        }
    }

    @Test func `a lost connection is a gap, and what follows arrives`() async throws {
        try await withPool(connections: 1) { pool in
            let events = listener(pool, ["news"]).makeAsyncIterator()
            #expect(await events.next() == .listening)
            for _ in 0..<3 {
                try await kill(listenerProcess(pool))
                #expect(await events.next() == .lost)
                #expect(await events.next() == .gap)
                #expect(await events.next() == .listening)
                try await pool.execute("notify news, 'again'")
                #expect(await events.next() == .notification(channel: "news", payload: "again"))
            }
        }
    }

    @Test func `channels change while it runs`() async throws {
        try await withPool(connections: 1) { pool in
            let listener = listener(pool, ["a"])
            let events = listener.makeAsyncIterator()
            #expect(await events.next() == .listening)
            listener.setChannels(["b"])
            #expect(await events.next() == .listening)
            try await pool.execute("select pg_notify('a', ''), pg_notify('b', '')")
            #expect(await events.next() == .notification(channel: "b", payload: ""))
        }
    }

    @Test func `a change of channels wakes a listener that waits`() async throws {
        try await withPool(connections: 1) { pool in
            let listener = listener(pool, [])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var count = 0
                    for await event in listener {
                        count += event == .listening ? 1 : 0
                        if count == 2 { return }
                    }
                }
                try await eventually { (try? await listenerProcess(pool)) != nil }
                listener.listen(to: "later")
                try await group.waitForAll()
            }
            #expect(listener.channels == ["later"])
        }
    }

    @Test func `an idle connection is probed`() async throws {
        try await withPool(connections: 1) { pool in
            let listener = listener(pool, ["a"], probe: .milliseconds(20))
            let task = Task { for await _ in listener {} }
            try await eventually {
                try await pool.queryFirst(
                    "select query from pg_stat_activity where application_name = 'listener' and datname = current_database()",
                    as: String.self) == "select 1"
            }
            task.cancel()
            await task.value
        }
    }

    @Test func `it ends, and hangs up, when its task is cancelled`() async throws {
        try await withPool(connections: 1) { pool in
            let listener = listener(pool, ["a"])
            let task = Task { for await _ in listener {} }
            try await eventually { (try? await listenerProcess(pool)) != nil }
            task.cancel()
            await task.value
            try await eventually { (try? await listenerProcess(pool)) == nil }
        }
    }
}
