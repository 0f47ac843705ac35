import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres

/// Seeing what became of hooks, and having one delivered again.
struct HookRoutes: Sendable {
    let store: Store
    let options: ServerOptions

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        self.options = options
    }

    var routes: [Route] {
        [Route(.get, "/v1/hooks", list), Route(.post, "/v1/hooks/{id}/replay", replay)]
    }

    /// `GET /v1/hooks`
    @Sendable private func list(_ request: Request, _ context: CairnContext) async throws -> Response {
        let query = try Query(request, allowed: ["state", "task_id", "limit", "after"])
        var filter = HookFilter()
        filter.state = try query.choice("state", of: HookState.allCases.map(\.rawValue)).flatMap(HookState.init)
        filter.taskID = try query.integer("task_id", in: 1...Int64.max)
        filter.limit = try query.integer("limit", in: 1...500) ?? 50
        filter.after = try query.integer("after", in: 1...Int64.max)
        return .json(try await store.hooks(filter))
    }

    /// `POST /v1/hooks/{id}/replay`
    @Sendable private func replay(_ request: Request, _ context: CairnContext) async throws -> Response {
        _ = try Query(request, allowed: [])
        _ = try request.bodyType([.json])
        let id = try context.id()
        let body = try await request.bytes(limit: options.bodyLimit, timeout: options.bodyTimeout)
        let replay = try HookReplay(JSON.parse(body.readableBytesView))
        return .json(try await store.replayHook(id, by: replay.by, reason: replay.reason))
    }
}

/// The body of a request to deliver a hook again: who asks for it, and why.
private struct HookReplay: Sendable {
    let by: String
    let reason: String

    init(_ body: JSON) throws(Problem) {
        guard let object = body.objectValue else {
            throw Problem(.badRequest, .invalidMember, "the body must be an object, not \(body.kindName)")
        }
        for member in object where !["by", "reason"].contains(member.name) {
            throw Problem(.badRequest, .unknownMember, "unknown member", hint: "known: by and reason")
                .at(JSONPointer.root.appending(member.name).description)
        }
        by = try Self.text("by", in: object)
        reason = try Self.text("reason", in: object)
    }

    /// The database checks the lengths.
    private static func text(_ name: String, in object: JSONObject) throws(Problem) -> String {
        guard let value = object[name], !value.isNull else {
            throw Problem(.badRequest, .missingMember, "\(name) is required").at("/\(name)")
        }
        guard let text = value.stringValue else {
            throw Problem(.badRequest, .invalidMember, "\(name) must be a string, not \(value.kindName)").at("/\(name)")
        }
        return text
    }
}
