package import HTTPTypes
import Hummingbird

/// One operation of the API: the list of these is the API, and the tests compare it with `openapi.json`.
package struct Route: Sendable {
    typealias Handler = @Sendable (Request, CairnContext) async throws -> Response

    /// The HTTP method.
    package let method: HTTPRequest.Method
    /// The path as OpenAPI writes it: `/v1/tasks/{id}`.
    package let path: String
    let handler: Handler

    init(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.handler = handler
    }

    /// Whether a request's path is this route's.
    func matches(_ requestPath: String) -> Bool {
        let ours = path.split(separator: "/")
        let theirs = requestPath.split(separator: "/")
        return ours.count == theirs.count && zip(ours, theirs).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }

    /// The path as Hummingbird writes it.
    var routerPath: RouterPath {
        RouterPath(
            path.split(separator: "/").map { $0.hasPrefix("{") ? ":" + $0.dropFirst().dropLast() : String($0) }
                .joined(separator: "/"))
    }
}
