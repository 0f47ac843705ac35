import CairnModel
import Logging
import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// One run of a program, in a session of its own.
///
/// When the task is cancelled, the program's process group gets SIGTERM, and SIGKILL 5 s later; when the program has
/// ended by then, whatever it left behind in its group is killed at once. What it writes until then is read.
struct ProcessRun: Sendable {
    /// How long a program may take to end after SIGTERM.
    static let killGrace: Duration = .seconds(5)

    let specification: ProcessSpecification
    let input: [UInt8]
    let maxOutputBytes: Int
    let logger: Logger

    private struct TooMuch: Error {}

    func run() async throws -> ProcessEnding {
        try Task.checkCancellation()
        let group = ProcessGroup()
        do {
            let ending = try await execute(group)
            try Task.checkCancellation()
            return ending
        } catch {
            group.kill()
            if Task.isCancelled { throw CancellationError() }
            if let error = error as? StepFailure { throw error }
            if error is TooMuch { return ProcessEnding(status: .signalled(SIGTERM), output: nil, errorTail: "") }
            throw notStarted(error)
        }
    }

    private func execute(_ group: ProcessGroup) async throws -> ProcessEnding {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: Self.killGrace)
        ]
        let environment = specification.environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        let standardInput = try openInput()
        let outcome = try await Subprocess.run(
            .path(FilePath(specification.program.absolute)),
            arguments: Arguments(
                executablePathOverride: specification.argv[0], remainingValues: Array(specification.argv.dropFirst())),
            environment: .custom(Dictionary(uniqueKeysWithValues: environment)),
            workingDirectory: specification.workingDirectory.map { FilePath($0) }, platformOptions: options,
            input: .fileDescriptor(standardInput, closeAfterSpawningProcess: true), output: .sequence, error: .sequence
        ) { execution in
            group.lead(execution.processIdentifier.value)
            let (output, error) = (execution.standardOutput, execution.standardError)
            // A task of its own, which is not cancelled: a program that is asked to end may have something to say, and
            // would die of the closed pipe instead of cleaning up.
            return try await Task {
                async let errorTail = follow(error)
                let output = try await collect(output)
                return (output, try await errorTail)
            }.value
        }
        let (output, errorTail) = outcome.closureResult
        return ProcessEnding(status: .init(outcome.terminationStatus), output: output, errorTail: errorTail)
    }

    /// The machine has no room for it, or may not be written to: later or elsewhere there may be.
    private func openInput() throws -> FileDescriptor {
        do { return try StandardInput.descriptor(of: input) } catch {
            throw StepFailure.retryable(
                "\(specification.argv[0]) could not be given its input, which takes a file in \(StandardInput.directory): "
                    + "\(error)", code: StepErrorCode.processNotStarted)
        }
    }

    private func collect(_ sequence: SubprocessOutputSequence) async throws -> [UInt8] {
        var output: [UInt8] = []
        for try await buffer in sequence {
            buffer.withUnsafeBytes { output.append(contentsOf: $0) }
            if output.count > maxOutputBytes { throw TooMuch() }
        }
        return output
    }

    /// Logs the lines as they come; returns the end of them.
    private func follow(_ sequence: SubprocessOutputSequence) async throws -> String {
        var lines = LineTail()
        for try await buffer in sequence {
            let complete = buffer.withUnsafeBytes { lines.append($0) }
            for line in complete { logger.info("\(line.escapingControls)") }
        }
        if let line = lines.finish() { logger.info("\(line.escapingControls)") }
        return lines.tail
    }

    private func notStarted(_ error: any Error) -> StepFailure {
        .permanent("\(specification.argv[0]) could not be run: \(error)", code: StepErrorCode.processNotStarted)
    }
}

extension ProcessEnding.Status {
    fileprivate init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signalled(signal)
        }
    }
}
