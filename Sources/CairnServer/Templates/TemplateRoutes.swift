import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird
import NIOCore

/// Registering, checking and looking at templates.
struct TemplateRoutes: Sendable {
    let store: Store
    let options: ServerOptions

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        self.options = options
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/templates", list),
            Route(.post, "/v1/templates", register),
            Route(.post, "/v1/templates/validate", validate),
            Route(.get, "/v1/templates/{namespace}/{name}", show),
            Route(.get, "/v1/templates/{namespace}/{name}/{version}", show),
        ]
    }

    /// `GET /v1/templates`
    @Sendable private func list(_ request: Request, _ context: CairnContext) async throws -> Response {
        let query = try Query(request, allowed: ["namespace"])
        return .json(try await store.templates(namespace: query["namespace"]), named: "templates")
    }

    /// `GET /v1/templates/{namespace}/{name}`, and the same with a version.
    @Sendable private func show(_ request: Request, _ context: CairnContext) async throws -> Response {
        let namespace = try context.name("namespace")
        let name = try context.name("name")
        let version = context.parameters.get("version") == nil ? nil : try context.name("version")
        guard let template = try await store.template(namespace: namespace, name: name, version: version) else {
            throw Problem(
                .notFound, .templateNotFound,
                "there is no template \(namespace)/\(name)\(version.map { " " + $0 } ?? "")",
                hint: "GET /v1/templates lists what is registered")
        }
        return .json(template)
    }

    /// `POST /v1/templates`: 201 when the template is new, 200 when the same content was registered before.
    @Sendable private func register(_ request: Request, _ context: CairnContext) async throws -> Response {
        let check = try await TemplateCheck(decoding: try await body(of: request), store: store)
        guard let template = check.template else { throw check.problem }
        let registration = try await store.register(template)
        let path = "/v1/templates/\(template.namespace)/\(template.name)/\(template.version)"
        let body: JSON = [
            "namespace": .string(template.namespace), "name": .string(template.name),
            "version": .string(template.version.description), "created": .bool(registration.created),
            "warnings": .array(check.warnings.map(\.json)),
        ]
        return .json(body, status: registration.created ? .created : .ok, location: path)
    }

    /// `POST /v1/templates/validate`: 200 with everything there is to say, whether the template is valid or not.
    @Sendable private func validate(_ request: Request, _ context: CairnContext) async throws -> Response {
        let check = try await TemplateCheck(decoding: try await body(of: request), store: store)
        return .json([
            "valid": .bool(check.template != nil), "errors": .array(check.errors.map(\.json)),
            "warnings": .array(check.warnings.map(\.json)),
        ])
    }

    private func body(of request: Request) async throws -> ByteBufferView {
        _ = try Query(request, allowed: [])
        _ = try request.bodyType([.json])
        return try await request.bytes(limit: options.bodyLimit, timeout: options.bodyTimeout).readableBytesView
    }
}
