import Foundation
import Synchronization
import TestSupport

/// A place in the fleet where one program is to run, at all times but those of a fault.
final class Slot: Sendable {
    enum Kind: String, Sendable { case worker, server }

    private struct State {
        var program: Program?
        var starts = 0
        var isUnderFault = false
    }

    let name: String
    let kind: Kind
    let proxy: Proxy
    private let arguments: [String]
    private let logs: URL
    private let state = Mutex(State())

    init(name: String, kind: Kind, proxy: Proxy, arguments: [String], logs: URL) {
        self.name = name
        self.kind = kind
        self.proxy = proxy
        self.arguments = arguments
        self.logs = logs
    }

    /// The program that runs here, or ran here last.
    var program: Program? { state.withLock { $0.program } }

    /// What this program's incarnations are called in the database: one name each.
    var workerName: String { state.withLock { "\(name)-\($0.starts)" } }

    /// What the program that runs here now, or ran last, has logged: its first line's time, by its own clock.
    var firstLoggedTime: Date? {
        guard let log = try? String(contentsOf: logs.appending(path: "\(workerName).log"), encoding: .utf8),
            let word = log.split(separator: " ").first
        else { return nil }
        return try? Date(String(word), strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true))
    }

    func start(environment: [String: String] = [:]) throws {
        try state.withLock { state in
            state.starts += 1
            let incarnation = "\(name)-\(state.starts)"
            var arguments = arguments
            if kind == .worker { arguments += ["--name", incarnation] }
            state.program = try Program(
                "cairn-\(kind.rawValue)", arguments, environment: environment,
                output: logs.appending(path: "\(incarnation).log"))
        }
    }

    /// Reserves the slot for one fault; false when it is under another, or its program is gone.
    func reserve() -> Bool {
        state.withLock { state in
            guard !state.isUnderFault, state.program?.isRunning == true else { return false }
            state.isUnderFault = true
            return true
        }
    }

    /// Reserves the slot when its program ended without anybody's doing.
    func reserveIfDead() -> Bool {
        state.withLock { state in
            guard !state.isUnderFault, let program = state.program, !program.isRunning else { return false }
            state.isUnderFault = true
            return true
        }
    }

    func release() { state.withLock { $0.isUnderFault = false } }
}
