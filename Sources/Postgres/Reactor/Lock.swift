import Synchronization

#if !CAIRN_TSAN
/// A value that is looked at by one thread at a time.
typealias Lock<Value> = Mutex<Value>

extension Mutex where Value: ~Copyable {
    /// Nothing; see the other one.
    func handover() {}
}
#else
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The same for runs under Thread Sanitizer (`-Xswiftc -DCAIRN_TSAN`): it cannot see a contended `Mutex` of the
/// standard library, which is not instrumented, and reports races that are none; it does see this one.
struct Lock<Value>: ~Copyable, @unchecked Sendable {
    private let value: UnsafeMutablePointer<Value>
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init(_ initial: sending Value) {
        value = .allocate(capacity: 1)
        value.initialize(to: initial)
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Shows the sanitizer that what a continuation brought from another thread was handed over in order: of many
    /// thousand continuations that a thread resumes while the task is just suspending, it misses one.
    func handover() { withLock { _ in } }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
#endif
