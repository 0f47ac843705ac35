package import Foundation
import Synchronization

/// One of the built executables, running as a process of its own. Its output goes to a file.
package final class Program: Sendable {
    /// Where the executables of this build are: beside the test bundle.
    package static let folder: URL = {
        #if os(macOS)
        Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL.deletingLastPathComponent()
            ?? Bundle.main.bundleURL
        #else
        Bundle.main.bundleURL
        #endif
    }()

    /// The project's root.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    package let name: String
    private let output: URL
    private let keepsOutput: Bool
    private let process: Mutex<Process>

    package var processID: Int32 { process.withLock { $0.processIdentifier } }
    package var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Starts one of the executables, or another program by its path. Without a place for what it says, that is deleted along with this object.
    package init(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], in directory: URL = root,
        output place: URL? = nil
    ) throws {
        self.name = name
        keepsOutput = place != nil
        output =
            place ?? FileManager.default.temporaryDirectory.appending(path: "cairn-e2e-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: output.path(percentEncoded: false), contents: nil)
        let process = Process()
        process.executableURL = name.hasPrefix("/") ? URL(filePath: name) : Self.folder.appending(path: name)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = Mutex(process)
    }

    deinit {
        let process = process.withLock { $0 }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        if !keepsOutput { try? FileManager.default.removeItem(at: output) }
    }

    /// What it has said so far.
    package var said: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    package func signal(_ number: Int32) { kill(processID, number) }

    /// Waits for its end and returns its exit code; the negated signal when one ended it.
    package func exitCode(within limit: Duration = .seconds(60)) async throws -> Int32 {
        try await eventually("\(name) ends", within: limit) { self.isRunning ? nil : () }
        return process.withLock {
            $0.terminationReason == .uncaughtSignal ? -$0.terminationStatus : $0.terminationStatus
        }
    }

    /// Stops it as an operator would, and waits.
    package func stop() async throws {
        signal(SIGTERM)
        _ = try await exitCode()
    }
}

/// What a condition that never came about throws.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// Polls until `body` gives a value, up to a deadline that only a broken program meets.
@discardableResult
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(60), _ body: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await body() { return value }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverHappened(description: "not within \(limit): \(what)")
}
