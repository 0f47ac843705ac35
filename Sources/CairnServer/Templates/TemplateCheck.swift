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
        // Each handler once, where it is first named.
        let handlerWarnings = Set(try await store.unknownHandlers(of: template)).compactMap { handler in
            let steps = template.steps.indices.filter { template.steps[$0].handler == handler }
            return steps.first.map { first in
                TemplateIssue(
                    .warning, code: "no_live_worker",
                    message: "no live worker of namespace \(template.namespace) has the handler \(handler)",
                    hint: steps.count == 1
                        ? "the step waits until one is started" : "\(steps.count) steps wait until one is started",
                    at: JSONPointer.root.appending("steps").appending(first).appending("handler"), in: places)
            }
        }.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
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
