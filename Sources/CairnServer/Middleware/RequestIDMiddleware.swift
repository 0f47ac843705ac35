import HTTPTypes
import Hummingbird
import Logging

/// Gives every request an id: the caller's `X-Request-Id` if it is sane, otherwise a new one.
struct RequestIDMiddleware: RouterMiddleware {
    let logger: Logger
    private static let header = HTTPField.Name("X-Request-Id")

    func handle(
        _ request: Request, context: CairnContext, next: (Request, CairnContext) async throws -> Response
    ) async throws -> Response {
        guard let header = Self.header else { return try await next(request, context) }
        var context = context
        context.requestID = request.headers[header].flatMap(Self.sane) ?? Self.make()
        context.logger = logger
        context.logger[metadataKey: LogKey.requestID] = "\(context.requestID)"
        var response = try await next(request, context)
        response.headers[header] = context.requestID
        return response
    }

    /// An id that can stand in a header and in a log line.
    private static func sane(_ id: String) -> String? {
        let allowed = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: ":"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        return allowed && (1...128).contains(id.utf8.count) ? id : nil
    }

    /// Sixteen hexadecimal digits.
    static func make() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
