package import CairnModel
package import Postgres

/// What a registration did.
package struct TemplateRegistration: Sendable {
    package let id: Int64
    /// False when the same content was registered before.
    package let created: Bool
    /// Handlers that no live worker of the namespace has: the template is registered, its steps will wait for one.
    package let unknownHandlers: [String]
}

extension Store {
    /// Registers a checked and compiled template.
    ///
    /// - Throws: ``CairnError`` `version_immutable` when the version is registered with other content, `invalid_path`
    ///   when PostgreSQL cannot read one of the SQL/JSON paths; ``ActionDelayed`` when another registration that is not
    ///   finished, or somebody else, is in the way for too long.
    package func register(_ template: Template) async throws -> TemplateRegistration {
        let compiled = JSONB(template.compiled().json.description)
        let definition = JSONB(template.document.description)
        let subject = "template \(template.namespace)/\(template.name), or a handler that it shares with others,"
        return try await inTime(subject) {
            let (id, created) = try await control.query(
                "select * from cairn.register_template(\(definition), \(compiled))", as: (Int64, Bool).self)[0]
            let unknown = try await pool.queryFirst(
                "select cairn.unknown_handlers(\(compiled))", as: [String].self)
            return TemplateRegistration(id: id, created: created, unknownHandlers: unknown ?? [])
        }
    }

    /// The paths of a template that PostgreSQL cannot read: the step's name (nil: of the template itself), the pointer inside it, the path, and
    /// PostgreSQL's words.
    package func pathErrors(of template: Template) async throws
        -> [(step: String?, pointer: String, path: String, message: String)]
    {
        let compiled = JSONB(template.compiled().json.description)
        let rows = try await pool.query(
            "select * from cairn.path_errors(\(compiled))", as: (String?, String, String, String).self)
        return rows.map { (step: $0.0, pointer: $0.1, path: $0.2, message: $0.3) }
    }

    /// Handlers of a template that no live worker of its namespace has.
    package func unknownHandlers(of template: Template) async throws -> [String] {
        try await only("select cairn.unknown_handlers(\(JSONB(template.compiled().json.description)))")
    }

    /// All templates, or those of a namespace.
    package func templates(namespace: String? = nil) async throws -> JSONText {
        try await only("select cairn.templates_json(\(namespace))")
    }

    /// One template, by default its highest version; nil when there is none.
    package func template(namespace: String, name: String, version: String? = nil) async throws -> JSONText? {
        try await first("select cairn.template_json(\(namespace), \(name), \(version))")
    }
}
