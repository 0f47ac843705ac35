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
}
