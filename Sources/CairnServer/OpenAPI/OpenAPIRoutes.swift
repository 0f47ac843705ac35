import Hummingbird

/// The description of the API itself.
struct OpenAPIRoutes: Sendable {
    var routes: [Route] {
        [Route(.get, "/openapi.json") { _, _ in .bytes(Array(openAPIDocument.utf8), type: "application/json") }]
    }
}
