import CairnModel
import CairnStore
import HTTPTypes

/// A template with everything that CairnModel and PostgreSQL have to say about it.
struct TemplateCheck: Sendable {
    /// The template, if nothing is wrong with it.
    let template: Template?
    /// Why it is refused.
    let errors: [TemplateIssue]
    /// What is probably not meant that way.
    let warnings: [TemplateIssue]

    /// Decodes a template, and asks the database about its paths and about who can run its steps.
    init(decoding bytes: some Collection<UInt8>, store: Store) async throws {
        let decoding = Template.decode(bytes)
        guard let template = decoding.template, let places = try? LocatedJSON(bytes) else {
            self.template = nil
            errors = decoding.errors
            warnings = decoding.warnings
            return
        }
        let pathErrors = try await store.pathErrors(of: template).map { found in
            let step = template.steps.firstIndex { $0.name == found.step }
            let kind = step == nil ? "regular expression" : "SQL/JSON path"
            let base = step.map { JSONPointer.root.appending("steps").appending($0) } ?? .root
            return TemplateIssue(
                .error, code: step == nil ? "invalid_pattern" : "invalid_path",
                message: "\(found.path) is no \(kind): \(found.message)",
                at: found.pointer.pathTokens(below: base), in: places)
        }
        let unknown = Set(try await store.unknownHandlers(of: template))
        let handlerWarnings = template.steps.enumerated().filter { unknown.contains($0.element.handler) }.map {
            index, step in
            TemplateIssue(
                .warning, code: "no_live_worker",
                message: "no live worker of namespace \(template.namespace) has the handler \(step.handler)",
                hint: "the step waits until one is started",
                at: JSONPointer.root.appending("steps").appending(index).appending("handler"), in: places)
        }
        self.template = pathErrors.isEmpty ? template : nil
        errors = pathErrors
        warnings = decoding.warnings + handlerWarnings
    }

    /// The answer to somebody who wants to register it.
    var problem: Problem {
        let first =
            errors.first.map { "line \($0.line), column \($0.column): \($0.message)" } ?? "the template is not valid"
        let more = errors.count > 1 ? " (and \(errors.count - 1) more, see errors)" : ""
        return Problem(.badRequest, .invalidTemplate, first + more, hint: errors.first?.hint)
            .with("errors", .array(errors.map(\.json))).with("warnings", .array(warnings.map(\.json)))
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
