import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres

/// Looking at one task.
struct TaskViewRoutes: Sendable {
    let store: Store

    init(_ dependencies: Dependencies) { store = dependencies.store }

    var routes: [Route] {
        [
            Route(.get, "/v1/tasks/{id}") { _, context in
                .json(try await found(context) { try await store.task($0) })
            },
            Route(.get, "/v1/tasks/{id}/history") { _, context in
                .json(try await found(context) { try await store.taskHistory($0) })
            },
            Route(.get, "/v1/tasks/{id}/results") { _, context in
                .json(try await found(context) { try await store.taskResults($0) })
            },
            Route(.get, "/v1/tasks/{id}/graph", graph),
        ]
    }

    /// What `look` finds for the id in the path, or 404.
    private func found(_ context: CairnContext, _ look: (Int64) async throws -> JSONText?) async throws -> JSONText {
        let id = try context.id()
        guard let text = try await look(id) else {
            throw Problem(.notFound, .taskNotFound, "there is no task \(id)", hint: "GET /v1/tasks lists tasks")
        }
        return text
    }

    /// `GET /v1/tasks/{id}/graph`
    @Sendable private func graph(_ request: Request, _ context: CairnContext) async throws -> Response {
        let query = try Query(request, allowed: ["format"])
        let format = try query.choice("format", of: ["mermaid", "dot", "json"]) ?? "mermaid"
        let nodes = try await found(context) { try await store.taskGraph($0) }
        let drawing = GraphDrawing(try Self.nodes(nodes))
        switch format {
        case "dot": return .bytes(Array(drawing.dot.utf8), type: "text/vnd.graphviz; charset=utf-8")
        case "json": return .json(drawing.json)
        default: return .bytes(Array(drawing.mermaid.utf8), type: "text/plain; charset=utf-8")
        }
    }

    private static func nodes(_ text: JSONText) throws -> [GraphNode] {
        let list = try JSON.parse(text.bytes).arrayValue ?? []
        return list.map { node in
            GraphNode(
                name: node["name"]?.stringValue ?? "",
                dependsOn: node["depends_on"]?.arrayValue?.compactMap(\.stringValue) ?? [],
                state: node["state"]?.stringValue.flatMap(StepState.init(rawValue:)))
        }
    }
}
