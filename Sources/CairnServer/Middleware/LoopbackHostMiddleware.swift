import HTTPTypes
import Hummingbird

/// Refuses requests that were meant for another host.
///
/// A server on a loopback address has no authentication. A web page anywhere can make a browser here send requests to
/// it under a name of its own (DNS rebinding); such a request carries that name.
struct LoopbackHostMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: CairnContext, next: (Request, CairnContext) async throws -> Response
    ) async throws -> Response {
        if let authority = request.head.authority,
            !LoopbackHost.contains(LoopbackHost.host(ofAuthority: authority))
        {
            throw Problem(
                .misdirectedRequest, .wrongHost,
                "this server answers only to localhost, and the request was for another host",
                hint: "use http://localhost or http://127.0.0.1")
        }
        return try await next(request, context)
    }
}
