/// A SQL/JSON path of a template and what it refers to.
///
/// Only the references to `$` are looked at here; PostgreSQL checks the syntax.
package struct SQLPath: Sendable, Hashable {
    /// Something that a path mentions of the input document.
    package enum Reference: Sendable, Hashable {
        /// The whole document: `$`, `$.*`, `$.keyvalue()`.
        case document
        /// All results: `$.results`, `$.results.*`.
        case results
        /// The result of one step: `$.results.fetch.body`.
        case result(of: String)
        /// All errors: `$.errors`, `$.errors.*`.
        case errors
        /// The error of one step: `$.errors.fetch.message`.
        case error(of: String)
        /// Something else: `$.context.user`, `$.task.id`, `$.step.attempt`.
        case member(String)

        /// The step that it names.
        package var step: String? {
            switch self {
            case .result(let name), .error(let name): name
            case .document, .results, .errors, .member: nil
            }
        }
    }

    /// The members of the input document.
    package static let roots = ["context", "results", "errors", "task", "step"]

    /// The path for PostgreSQL: as written, but `["name"]` as `."name"`, which is the only form it evaluates.
    package let text: String
    /// What it mentions, in order, each once.
    package let references: [Reference]

    /// Looks through a path.
    package init(_ written: String) throws(SQLPathError) {
        text = try SQLPathScanner.replacingNameSubscripts(in: written)
        var scanner = SQLPathScanner(text)
        references = try scanner.references()
    }
}

/// Why a path cannot be used.
package struct SQLPathError: Error, Sendable {
    /// The code of the issue.
    package var code: TemplateIssueCode
    /// What is wrong.
    package var message: String
    /// What to do about it.
    package var hint: String
}
