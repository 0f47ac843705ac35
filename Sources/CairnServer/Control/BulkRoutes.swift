import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird
import Logging
import Postgres

/// One action over many tasks: counted first, then done in batches.
struct BulkRoutes: Sendable {
    let store: Store
    let body: OperatorBody

    /// What can be done to many tasks.
    static let actions = [
        "cancel", "retry", "resolve", "reset_step", "resolve_step", "complete_step", "rerun_step",
    ]
    /// How many tasks one transaction takes.
    private static let batch: Int32 = 200
    /// How many refusals the answer names.
    private static let shownRefusals = 100

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        body = OperatorBody(options: options)
    }

    var routes: [Route] { [Route(.post, "/v1/tasks/bulk", bulk)] }

    /// `POST /v1/tasks/bulk`
    @Sendable private func bulk(_ request: Request, _ context: CairnContext) async throws -> Response {
        let members = try await body.members(request, ["action", "filter", "options", "dry_run"])
        let name = try members.action(of: Self.actions)
        let filter = try Self.filter(members, of: name)
        let options = try Self.options(members, of: name)
        guard try members.flag("dry_run") == false else {
            let count = try JSON.parse(try await store.countBulk(name, filter: filter).bytes)
            return .json([
                "action": .string(name), "dry_run": true, "matched": count["matched"] ?? 0,
                "by_state": count["by_state"] ?? [:],
            ])
        }
        let action = try members.action(context)
        var report = Report()
        do {
            try await report.run { after in
                let part = try await store.bulk(
                    name, filter: filter, options: options, after: after, limit: Self.batch, action)
                return try JSON.parse(part.bytes)
            }
        } catch {
            guard report.seen > 0 else { throw error }
            throw report.stopped(by: error, in: name)
        }
        context.logger.info(
            "bulk action", metadata: ["action": "\(name)", "done": "\(report.done)", "refused": "\(report.refused)"])
        return .json(report.json(action: name))
    }

    /// What the batches have done so far.
    private struct Report {
        private(set) var done: Int64 = 0
        private(set) var refused = 0
        private var refusals: [JSON] = []

        var seen: Int64 { done + Int64(refused) }

        /// Runs batch after batch, each behind the last task of the one before.
        mutating func run(_ batch: (_ after: Int64) async throws -> JSON) async throws {
            var next: Int64? = 0
            while let after = next {
                let part = try await batch(after)
                let refused = part["refused"]?.arrayValue ?? []
                done += part["done"]?.intValue ?? 0
                self.refused += refused.count
                refusals += refused.prefix(BulkRoutes.shownRefusals - refusals.count)
                next = part["next"]?.intValue
            }
        }

        func json(action: String) -> JSON {
            [
                "action": .string(action), "dry_run": false, "done": JSON(done), "refused": JSON(refused),
                "refusals": .array(refusals),
            ]
        }

        /// The answer when a later batch failed: the batches before it stay done.
        func stopped(by error: any Error, in action: String) -> Problem {
            var problem = Problem(error)
            problem.detail = "it stopped after \(done) tasks were done and \(refused) refused: \(problem.detail)"
            problem.hint =
                action == "rerun_step"
                ? "what is done stays done: say with the filter what is left, for sent again it runs those steps once more"
                : "what is done stays done: send it again for the tasks that the filter still means"
            return problem.with("done", JSON(done)).with("refused", JSON(refused))
        }
    }

    private static func filter(_ members: Members, of action: String) throws(Problem) -> JSONB {
        guard let object = try members.object("filter") else {
            throw Problem(
                .badRequest, .missingMember, "filter is required", hint: "say which tasks: {\"namespace\": \"…\"}"
            ).at("/filter")
        }
        var filter = JSONObject()
        // Null is refused, not passed over: a variable that is not set must not widen what is meant.
        for member in object {
            guard member.value.stringValue != nil else {
                throw Members.invalid("filter/\(member.name)", "a string", member.value)
            }
            filter[member.name] = member.value
        }
        if action.hasSuffix("_step"), filter["step"] == nil {
            throw Problem(.badRequest, .invalidFilter, "\(action) needs the name of a step in the filter")
                .at("/filter/step")
        }
        return JSONB(bytes: JSON.object(filter).bytes)
    }

    /// The result of `complete_step`, or whether `rerun_step` goes downstream.
    private static func options(_ members: Members, of action: String) throws(Problem) -> JSONB {
        let known = ["complete_step": ["result"], "rerun_step": ["downstream"]][action] ?? []
        let object = try members.object("options") ?? JSONObject()
        for member in object where !known.contains(member.name) {
            throw Problem(
                .badRequest, .invalidMember,
                known.isEmpty ? "\(action) has no options" : "\(action) has only the option \(known[0])"
            ).at("/options/\(member.name)")
        }
        if let downstream = object["downstream"], downstream.boolValue == nil {
            throw Members.invalid("options/downstream", "true or false", downstream)
        }
        return JSONB(bytes: JSON.object(object).bytes)
    }
}
