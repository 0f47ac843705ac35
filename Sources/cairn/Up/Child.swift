import Foundation
import Subprocess
import Synchronization

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A program that `up` starts, in a session of its own, so that Ctrl-C reaches only `up`. It never outlives `up`.
struct Child: Sendable {
    var name: String
    var command: [String]
    var directory: String
    var log: String
    var environment: [String: String] = [:]
    /// How long it may take to end when it is asked to.
    var grace: Duration = .seconds(30)

    /// How many seconds it may take when `up` was killed: the database goes at the same time, and a worker needs some
    /// to end the programs that it runs.
    static let orphanGrace = 10

    /// What a running child can be told.
    enum Word: String, Sendable {
        case stop
        case kill
    }

    /// Runs it to its end and returns how that was; words reach it meanwhile.
    func run(_ words: AsyncStream<Word>) async throws -> TerminationStatus {
        let arguments = ChildScript.arguments(
            log: log, grace: Self.orphanGrace, command: command)
        let changes = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        var options = PlatformOptions()
        options.createSession = true
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: Arguments(arguments),
            environment: .inherit.updating(Dictionary(changes) { $1 }), workingDirectory: FilePath(directory),
            platformOptions: options, input: .inputWriter, output: .sequence, error: .discarded
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { group in
                // The shell's output ends when the shell does, which is when the child has.
                group.addTask { for try await _ in execution.standardOutput {} }
                group.addTask {
                    for await word in words {
                        _ = try await execution.standardInputWriter.write(Array((word.rawValue + "\n").utf8))
                    }
                    // Without anybody left to say a word: stay until the child has ended.
                    try await Task.sleep(for: .seconds(1_000_000_000))
                }
                try await group.next()
                group.cancelAll()
                try? await execution.standardInputWriter.finish()
            }
        }
        return outcome.terminationStatus
    }

    /// The last lines of its log.
    func lastWords(_ count: Int = 5) -> [String] {
        guard let file = FileHandle(forReadingAtPath: log) else { return [] }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > 8192 ? size - 8192 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).suffix(count).map(String.init)
    }
}
