import CairnModel
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Where the tasks of the suite send their hooks: a real HTTP server, outside of everything that is broken. While faults are
/// injected it refuses the first post of some hooks, as receivers do.
final class HookReceiver: Sendable {
    /// What came of one hook, by its `webhook-id`.
    struct Hook: Sendable {
        var taskID: Int64
        /// The state in which the task is said to have ended.
        var state: String
        var posts = 0
        var isAccepted = false
    }

    private struct State {
        var hooks: [String: Hook] = [:]
        var isMoody = true
        var port = 0
    }

    /// One hook of so many is refused at first.
    private static let refusesOneOf = 12
    private let state = Mutex(State())

    var hooks: [Hook] { state.withLock { Array($0.hooks.values) } }

    /// Where it listens; nil before it does.
    var url: String? { state.withLock { $0.port == 0 ? nil : "http://127.0.0.1:\($0.port)/" } }

    /// Accepts whatever comes from now on.
    func accept() { state.withLock { $0.isMoody = false } }

    /// Serves until the task is cancelled.
    func run() async throws {
        var quiet = Logger(label: "receiver")
        quiet.logLevel = .critical
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                let body = try await request.body.collect(upTo: 1 << 20)
                return Response(status: try self.receive(request.headers, Array(body.readableBytesView)))
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                self.state.withLock { $0.port = channel.localAddress?.port ?? 0 }
            }, logger: quiet)
        try await application.run()
    }

    private func receive(_ headers: HTTPFields, _ body: [UInt8]) throws -> HTTPResponse.Status {
        guard let name = HTTPField.Name("webhook-id"), let id = headers[name],
            let data = try JSON.parse(body)["data"], let taskID = data["task_id"]?.intValue,
            let end = data["state"]?.stringValue
        else { return .badRequest }
        return state.withLock { state in
            if state.hooks[id] == nil { state.hooks[id] = Hook(taskID: taskID, state: end) }
            state.hooks[id]?.posts += 1
            let isFirst = state.hooks[id]?.posts == 1
            if isFirst, state.isMoody, state.hooks.count % Self.refusesOneOf == 0 { return .serviceUnavailable }
            state.hooks[id]?.isAccepted = true
            return .noContent
        }
    }
}
