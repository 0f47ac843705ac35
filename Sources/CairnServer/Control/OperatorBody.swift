import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird

/// Reads what an operator's request says, alike for all of them.
struct OperatorBody: Sendable {
    let options: ServerOptions

    /// The members of the body, which has `by`, `reason` and these others.
    func members(_ request: Request, _ others: [String] = []) async throws -> Members {
        _ = try Query(request, allowed: [])
        _ = try request.bodyType([.json])
        let bytes = try await request.bytes(limit: options.bodyLimit, timeout: options.bodyTimeout)
        return try Members(JSON.parse(bytes.readableBytesView), known: others + ["by", "reason"])
    }

    /// The action of a request that says no more than who and why.
    func action(_ request: Request, _ context: CairnContext) async throws -> OperatorAction {
        try await members(request).action(context)
    }
}

extension Members {
    /// Who, why, and from where.
    func action(_ context: CairnContext, by defaultBy: String? = nil) throws(Problem) -> OperatorAction {
        OperatorAction(try whoAndWhy(by: defaultBy), address: context.address)
    }
}
