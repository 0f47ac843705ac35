import Foundation

/// The program `cairn-worker` that was built beside the tests.
struct WorkerCommand: Sendable {
    struct Ending: Sendable {
        var status: Int32
        var output: String
        var error: String
    }

    let process: Process
    private let files: [URL]

    static func start(_ arguments: [String]) throws -> WorkerCommand {
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "cairn-worker")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"]
        let folder = FileManager.default.temporaryDirectory
        let files = (0..<2).map { _ in folder.appending(path: "cairn-worker-test-\(UUID())") }
        for file in files { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        return WorkerCommand(process: process, files: files)
    }

    static func run(_ arguments: [String]) async throws -> Ending { await (try start(arguments)).end() }

    /// Waits for the end.
    func end() async -> Ending {
        while process.isRunning { try? await Task.sleep(for: .milliseconds(10)) }
        let texts = files.map { (try? String(contentsOf: $0, encoding: .utf8)) ?? "" }
        for file in files { try? FileManager.default.removeItem(at: file) }
        return Ending(status: process.terminationStatus, output: texts[0], error: texts[1])
    }
}
