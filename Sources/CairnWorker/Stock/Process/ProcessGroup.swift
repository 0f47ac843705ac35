import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The process group of a program that leads its own session.
final class ProcessGroup: Sendable {
    private let leader = Mutex<pid_t?>(nil)

    func lead(_ leader: pid_t) { self.leader.withLock { $0 = leader } }

    /// Kills what is left of the group. The number stays taken while anybody is left in it.
    func kill() {
        guard let leader = leader.withLock({ $0 }), leader > 1 else { return }
        #if canImport(Darwin)
        _ = Darwin.kill(-leader, SIGKILL)
        #elseif canImport(Musl)
        _ = Musl.kill(-leader, SIGKILL)
        #else
        _ = Glibc.kill(-leader, SIGKILL)
        #endif
    }
}
