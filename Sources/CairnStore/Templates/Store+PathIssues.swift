package import CairnModel

extension Store {
    /// The paths and patterns of a template that PostgreSQL cannot read, each at its place in the document.
    package func pathIssues(of template: Template, in document: LocatedJSON) async throws -> [TemplateIssue] {
        try await pathErrors(of: template).map { found in
            let step = template.steps.firstIndex { $0.name == found.step }
            let kind = step == nil ? "regular expression" : "SQL/JSON path"
            let base = step.map { JSONPointer.root.appending("steps").appending($0) } ?? .root
            return TemplateIssue(
                .error, code: step == nil ? "invalid_pattern" : "invalid_path",
                message: "\(found.path) is no \(kind): \(found.message)",
                at: found.pointer.pathTokens(below: base), in: document)
        }
    }
}

extension String {
    /// This text, a JSON pointer relative to `base`, as one from the root.
    fileprivate func pathTokens(below base: JSONPointer) -> JSONPointer {
        split(separator: "/").reduce(base) { pointer, token in
            pointer.appending(String(token).replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }
}
