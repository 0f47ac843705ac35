import CairnModel

extension CairnClient {
    /// The registered templates, each version.
    public func templates(namespace: String? = nil) async throws(CairnClientError) -> [TemplateSummary] {
        try await list("/v1/templates", member: "templates", query: namespace.map { [("namespace", $0)] } ?? [])
    }

    /// One template: the version asked for, or the highest.
    public func template(
        _ namespace: String, _ name: String, version: String? = nil
    ) async throws(CairnClientError) -> TemplateObject {
        let path = ["/v1/templates", encoded(namespace), encoded(name)] + (version.map { [encoded($0)] } ?? [])
        return try await object(.get, path.joined(separator: "/"))
    }

    /// Registers a template as it stands; doing it again with the same content changes nothing.
    ///
    /// - Throws: ``CairnClientError`` with all issues of the template in ``CairnClientError/issues``, or with the code
    ///   `template_version_taken` when this version is registered with another content.
    public func registerTemplate(_ text: String) async throws(CairnClientError) -> TemplateObject {
        try await TemplateObject.reading(send(.post, "/v1/templates", text: text))
    }

    /// Asks the server what it thinks of a template; nothing is stored.
    ///
    /// The server knows more than the text says: which handlers its live workers have, and what PostgreSQL makes of the
    /// paths.
    public func validateTemplate(_ text: String) async throws(CairnClientError) -> TemplateValidation {
        do {
            return try await TemplateValidation.reading(send(.post, "/v1/templates/validate", text: text))
        } catch {
            guard error.status == 422 || error.status == 400, !error.issues.isEmpty else { throw error }
            return TemplateValidation(issues: error.issues, json: error.json ?? .null)
        }
    }
}
