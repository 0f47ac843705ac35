import Foundation
import Glibc
import Synchronization

/// The executable itself, running.
final class ServerProcess: Sendable {
    /// What it wrote until it was ready, and how to reach it.
    let greeting: String
    let url: String
    private let process: Mutex<Process>
    private let errors = FileManager.default.temporaryDirectory.appending(path: "cairn-server-\(UUID().uuidString).log")

    /// What it has logged so far.
    var log: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    deinit { try? FileManager.default.removeItem(at: errors) }

    /// The folder with the executables of this build.
    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// Starts it on a free port and waits for its startup line.
    init(_ arguments: [String], level: String = "critical", environment: [String: String] = [:]) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = Self.products.appending(path: "cairn-server")
        process.arguments = arguments + ["--port", "0", "--log-level", level]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        try Data().write(to: errors)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        var line = ""
        while !line.contains("\n") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            line += String(decoding: data, as: UTF8.self)
        }
        greeting = line.trimmingCharacters(in: .newlines)
        url = line.split(separator: " ").last.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        self.process = Mutex(process)
    }

    /// Sends SIGTERM.
    func terminate() { process.withLock { $0.terminate() } }

    /// Kills it, and waits until it is gone.
    func kill() {
        process.withLock { process in
            _ = Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Waits for its end and returns the exit code.
    func wait() -> Int32 {
        process.withLock { process in
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    /// Runs a program to its end: exit code, standard output, standard error.
    static func run(_ path: URL, _ arguments: [String]) throws -> (code: Int32, output: String, error: String) {
        let process = Process()
        let output = Pipe()
        let error = Pipe()
        process.executableURL = path
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let words = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, words)
    }

    /// Runs a command line as a person would type it.
    static func shell(_ line: String) throws -> String {
        try run(URL(filePath: "/bin/sh"), ["-c", line]).output
    }

    /// The status and body of a request by curl.
    func curl(_ arguments: String, path: String) throws -> (status: Int, body: String) {
        let text = try Self.shell("curl -s -w '\\n%{http_code}' \(arguments) '\(url)\(path)'")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
    }
}

/// Runs what blocks on a thread of its own.
func inBackground<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}
