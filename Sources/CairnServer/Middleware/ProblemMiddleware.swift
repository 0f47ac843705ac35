import CairnModel
import HTTPTypes
import Hummingbird
import Logging

/// Turns every error into `application/problem+json`, and gives those of the server itself an id that is in the log.
struct ProblemMiddleware: RouterMiddleware {
    let routes: [Route]

    func handle(
        _ request: Request, context: CairnContext, next: (Request, CairnContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            var problem = unroutedProblem(for: request, context) ?? Problem(error)
            if problem.status.kind == .serverError { problem = Self.logged(problem, context.logger) }
            return problem.response
        }
    }

    /// The problem of a path or method that does not exist.
    private func unroutedProblem(for request: Request, _ context: CairnContext) -> Problem? {
        guard context.endpointPath == "NotFound" else { return nil }
        let path = request.uri.path
        var methods = Set(routes.filter { $0.matches(path) }.map(\.method))
        guard !methods.isEmpty else {
            return Problem(
                .notFound, .routeNotFound, "there is nothing at \(path.prefix(200))",
                hint: "see /openapi.json for what there is")
        }
        if methods.contains(.get) { methods.insert(.head) }
        let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
        var problem = Problem(
            .methodNotAllowed, .methodNotAllowed, "\(request.method) is not possible here", hint: "possible: \(allowed)"
        )
        problem.headers[.allow] = allowed
        return problem
    }

    private static func logged(_ problem: Problem, _ logger: Logger) -> Problem {
        let id = RequestIDMiddleware.make()
        logger.log(
            level: problem.status == .serviceUnavailable ? .warning : .error, "\(problem.code)",
            metadata: [LogKey.errorID: "\(id)", LogKey.error: "\(problem.cause ?? problem.detail)"])
        return problem.with("error_id", .string(id))
    }
}
