extension TemplateIssue {
    /// An issue at the place of `document` that `pointer` names.
    package init(
        _ severity: Severity, code: String, message: String, hint: String? = nil, at pointer: JSONPointer,
        in document: LocatedJSON
    ) {
        let place = document.position(of: pointer) ?? (line: 1, column: 1)
        self.init(
            severity: severity, code: code, message: message, hint: hint, file: nil, line: place.line,
            column: place.column, pointer: pointer)
    }
}
