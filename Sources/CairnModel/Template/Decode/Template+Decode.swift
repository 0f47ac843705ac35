/// What reading a template gave: the template if it has no errors, and everything there is to say about it.
package struct TemplateDecoding: Sendable {
    /// The template; `nil` if any issue is an error.
    package let template: Template?
    /// Errors and warnings in the order of the document.
    package let issues: [TemplateIssue]

    /// The issues for which the template is refused.
    package var errors: [TemplateIssue] { issues.filter { $0.severity == .error } }
    /// The issues that do not stand in the way.
    package var warnings: [TemplateIssue] { issues.filter { $0.severity == .warning } }
}

extension Template {
    /// Reads and checks a template. All errors come at once, unless the text is not even JSON.
    ///
    /// What only PostgreSQL can tell (the syntax of SQL/JSON paths and of patterns) is checked at registration. `when` is
    /// refused unless conditions are accepted, for the database cannot evaluate them yet.
    package static func decode(
        _ bytes: some Collection<UInt8>, file: String? = nil, acceptsConditions: Bool = false
    ) -> TemplateDecoding {
        do {
            let document = try LocatedJSON(bytes, limits: JSONLimits(maxBytes: TemplateLimits.bytes))
            var decoder = TemplateDecoder(file: file, document: document, acceptsConditions: acceptsConditions)
            return decoder.decode()
        } catch {
            let issue = TemplateIssue(
                severity: .error, code: error.code.rawValue, message: error.message, hint: nil, file: file,
                line: error.line, column: error.column, pointer: error.pointer)
            return TemplateDecoding(template: nil, issues: [issue])
        }
    }

    /// Reads and checks a template from text.
    package static func decode(
        _ text: String, file: String? = nil, acceptsConditions: Bool = false
    ) -> TemplateDecoding {
        decode(text.utf8, file: file, acceptsConditions: acceptsConditions)
    }
}
