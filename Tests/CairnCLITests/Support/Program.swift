import Foundation

/// Runs the built `cairn`, as a shell would.
enum Program {
    struct Outcome: Sendable {
        var status: Int32
        var output: String
        var errors: String

        var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    }

    /// Beside the tests' own binary.
    static var path: String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/cairn"
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        // The runner of some toolchains loads the tests' bundle, whose path it was given.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/cairn"
    }

    static func run(
        _ arguments: String..., environment: [String: String] = [:], directory: String? = nil, input: String? = nil
    ) async throws -> Outcome {
        try await run(arguments, environment: environment, directory: directory, input: input)
    }

    static func run(
        _ arguments: [String], environment: [String: String] = [:], directory: String? = nil, input: String? = nil
    ) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        var all = ProcessInfo.processInfo.environment
        all["DATABASE_URL"] = nil
        all["CAIRN_SERVER"] = nil
        process.environment = all.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = standardInput
        try process.run()
        standardInput.fileHandleForWriting.write(Data((input ?? "").utf8))
        try standardInput.fileHandleForWriting.close()
        return await withCheckedContinuation { continuation in
            let thread = Thread {
                let first = output.fileHandleForReading.readDataToEndOfFile()
                let second = errors.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(
                    returning: Outcome(
                        status: process.terminationStatus, output: String(decoding: first, as: UTF8.self),
                        errors: String(decoding: second, as: UTF8.self)))
            }
            thread.start()
        }
    }

    /// A directory that is deleted afterwards; its name has a space.
    static func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = NSTemporaryDirectory() + "cairn cli \(UInt32.random(in: 0 ..< .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }
}
