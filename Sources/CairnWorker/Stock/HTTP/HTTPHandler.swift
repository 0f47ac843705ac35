import CairnModel

/// `cairn.http`: asks a web server. See docs/handlers.md.
public struct HTTPHandler: RawStepHandler {
    /// `cairn.http`
    public static let name = "cairn.http"

    /// The largest body of an answer.
    static let maxBodyBytes = 1024 * 1024

    let client: any HTTPClient

    /// A handler with a client of its own.
    public init() { self.init(client: URLSessionClient()) }

    init(client: any HTTPClient) { self.client = client }

    /// Sends the request; an answer of 2xx, or one that is expected, becomes the result.
    public func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] {
        let parameters = try StockParameters(handler: Self.name, input: input, context: context)
        let expected = try parameters.expectedStatuses()
        let request = try parameters.httpRequest(input: input, context: context)
        let answer: HTTPAnswer
        do {
            answer = try await client.send(request)
        } catch let problem as HTTPProblem {
            throw StepFailure(problem)
        }
        guard (200..<300).contains(answer.status) || expected.contains(answer.status) else {
            throw StepFailure(answer)
        }
        return try answer.result().bytes
    }
}
