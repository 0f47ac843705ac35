import Logging
import Subprocess
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The running server: a shell that starts `postgres`, and stops it when its standard input ends.
///
/// The input is a pipe from this process. It ends when this process closes it, and also when this process is killed:
/// so the server never outlives its program, however that ends.
final class ServerProcess: Sendable {
    let binaries: Binaries
    let directory: DataDirectory
    let socketDirectory: String
    let settings: [String: String]
    let isTemporary: Bool
    let timeout: Duration
    let logger: Logger

    /// Asks for the stop.
    private let stopRequest = AsyncStream.makeStream(of: Void.self)
    private let task = Mutex<Task<Void, Never>?>(nil)
    private let hasEnded = Atomic(false)
    private let lastWords = Mutex("")

    init(
        binaries: Binaries, directory: DataDirectory, socketDirectory: String, settings: [String: String],
        isTemporary: Bool, timeout: Duration, logger: Logger
    ) {
        self.binaries = binaries
        self.directory = directory
        self.socketDirectory = socketDirectory
        self.settings = settings
        self.isTemporary = isTemporary
        self.timeout = timeout
        self.logger = logger
    }

    /// The server's log.
    var logPath: String { directory.path + "/server.log" }

    /// Starts the server and waits until it is ready.
    func start() async throws {
        // This task lives as long as the server; `stop` ends and awaits it.
        let running = Task { await self.runShell() }
        task.withLock { $0 = running }
        let deadline = ContinuousClock.now + timeout
        while PostmasterFile.read(in: directory.path)?.isReady != true {
            if hasEnded.load(ordering: .acquiring) { throw didNotStart("it stopped at once") }
            if ContinuousClock.now > deadline {
                await stop()
                throw didNotStart("it was not ready within \(timeout)")
            }
            do {
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                await stop()
                throw error
            }
        }
        logger.debug("PostgreSQL is ready", metadata: ["path": "\(directory.path)", "socket": "\(socketDirectory)"])
    }

    /// Stops the server and waits until it has stopped. May be called again.
    func stop() async {
        stopRequest.continuation.finish()
        await task.withLock { $0 }?.value
    }

    /// Returns true when the server has stopped by itself, and false when the task is cancelled first.
    func waitUntilStopped() async -> Bool {
        while !hasEnded.load(ordering: .acquiring) {
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return false }
        }
        return true
    }

    var stoppedByItself: EmbeddedPostgresError {
        EmbeddedPostgresError(
            .server, "PostgreSQL stopped by itself: \(lastWords.withLock { Programs.tail($0, lines: 3) })",
            do: isTemporary ? Self.nothingKept : "Look into \(logPath), and start again")
    }

    private func didNotStart(_ how: String) -> EmbeddedPostgresError {
        EmbeddedPostgresError(
            .server, "PostgreSQL did not start (\(how)): \(lastWords.withLock { Programs.tail($0, lines: 3) })",
            do: isTemporary ? Self.nothingKept : "Look into \(logPath)")
    }

    /// The log of a temporary one goes with it.
    private static let nothingKept = "Mend that, and start again; nothing of it has been kept"

    private func runShell() async {
        do {
            let command = try directory.account.command("/bin/sh", ServerScript.arguments(for: self))
            _ = try await Subprocess.run(
                .path(FilePath(command.program)), arguments: Arguments(command.arguments), workingDirectory: "/",
                platformOptions: Account.platformOptions, input: .inputWriter, output: .sequence,
                error: .discarded
            ) { execution in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    // Its output ends when the shell does, which is when the server has.
                    group.addTask {
                        for try await chunk in execution.standardOutput {
                            let text = chunk.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                            self.lastWords.withLock { $0 += text }
                        }
                    }
                    group.addTask { for await _ in self.stopRequest.stream {} }
                    try await group.next()
                    try await execution.standardInputWriter.finish()
                    group.cancelAll()
                }
            }
        } catch {
            logger.debug("the shell around PostgreSQL failed", metadata: ["error": "\(error)"])
        }
        if isTemporary {
            // The script empties them as the server's user, who may not remove them from their parents.
            rmdir(directory.path)
            rmdir(socketDirectory)
        }
        hasEnded.store(true, ordering: .releasing)
    }
}
