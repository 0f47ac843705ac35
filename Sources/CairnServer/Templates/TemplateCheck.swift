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
        let pathIssues = try await store.pathIssues(of: template, in: places)
        let unknown = Set(try await store.unknownHandlers(of: template))
        let handlerWarnings = template.steps.enumerated().filter { unknown.contains($0.element.handler) }.map {
            index, step in
            TemplateIssue(
                .warning, code: "no_live_worker",
                message: "no live worker of namespace \(template.namespace) has the handler \(step.handler)",
                hint: "the step waits until one is started",
                at: JSONPointer.root.appending("steps").appending(index).appending("handler"), in: places)
        }
        self.template = pathIssues.isEmpty ? template : nil
        errors = pathIssues
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
