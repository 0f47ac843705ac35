import Foundation
import Synchronization
import Testing

@testable import Postgres

@Suite struct ReactorTests {
    /// A descriptor that always has room to write. The first time it is ready, somebody wants to write again just when
    /// it has found that there is nothing more to write.
    private final class Source: ReactorSource {
        let id = Reactor.shared.nextID()
        let calls = Mutex(0)

        func ready() -> Bool {
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            if isFirst { Reactor.shared.wantWrite(id) }
            return false
        }

        func detached() {}
    }

    @Test func `who wants to write while the source is looked at is not forgotten`() async throws {
        let pipe = WakeUp()
        let source = Source()
        Reactor.shared.attach(source, id: source.id, descriptor: pipe.writer)
        Reactor.shared.wantWrite(source.id)
        try await eventually { source.calls.withLock { $0 } == 2 }
        Reactor.shared.detach(source.id)
    }

    @Test func `a task that prefers the thread runs on it from end to end, and wakes it up`() async {
        let threads = await Task(executorPreference: PostgresThread.executor) {
            var threads = [Self.thread]
            await Task.yield()
            threads.append(Self.thread)
            // To another thread and back.
            await Task {}.value
            threads.append(Self.thread)
            return threads
        }.value
        #expect(Set(threads).count == 1)
        #expect(threads.first != Self.thread)
    }

    @Test func `tasks that go on for ever do not hold up timers and descriptors`() async throws {
        let pipe = WakeUp()
        let source = Source()
        Reactor.shared.attach(source, id: source.id, descriptor: pipe.writer)
        let busy = Task(executorPreference: PostgresThread.executor) {
            while !Task.isCancelled { await Task.yield() }
        }
        let hasFired = Mutex(false)
        _ = PostgresThread.after(.milliseconds(1)) { hasFired.withLock { $0 = true } }
        Reactor.shared.wantWrite(source.id)
        try await eventually { hasFired.withLock { $0 } && source.calls.withLock { $0 } == 2 }
        busy.cancel()
        await busy.value
        Reactor.shared.detach(source.id)
    }

    private static var thread: String { "\(pthread_self())" }
}
