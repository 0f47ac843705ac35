import ArgumentParser
import Foundation
import Synchronization

/// The signals that ask this program to end, as a sequence.
///
/// The handler only writes a byte to a pipe. Children get the default handling back, as handlers do not survive exec.
enum Signals {
    private static let writer = Atomic<Int32>(-1)

    /// From now on these signals do nothing but appear here.
    static func stream(_ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return stream }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writer.store(ends[1], ordering: .releasing)
        for number in signals {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = Foundation.write(Signals.writer.load(ordering: .acquiring), &byte, 1)
            }
        }
        let reader = ends[0]
        let thread = Thread {
            var byte: UInt8 = 0
            while true {
                let count = read(reader, &byte, 1)
                if count == 1 { continuation.yield(Int32(byte)) } else if count == 0 || errno != EINTR { break }
            }
        }
        thread.start()
        return stream
    }

    /// Runs `body`, and cancels it at the first such signal, so that it takes down what it has begun; the program then ends as
    /// shells say it of a signal (128 and its number). The second signal ends it at once.
    static func cancelling<Result: Sendable>(
        said: @escaping @Sendable () -> Void, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let caught = Atomic<Int32>(0)
        let signals = stream()
        let work = Task(operation: body)
        let guardian = Task {
            for await number in signals {
                if caught.exchange(number, ordering: .relaxed) != 0 { exit(128 + number) }
                work.cancel()
                said()
            }
        }
        let result = await work.result
        guardian.cancel()
        let number = caught.load(ordering: .relaxed)
        if number != 0 { throw ExitCode(128 + number) }
        return try result.get()
    }
}
