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

    /// The issue of a file, or of a folder of them, that may not be read.
    package init(unreadable file: String) {
        self.init(
            severity: .error, code: "unreadable", message: "it cannot be read", hint: "allow this user to read it",
            file: file, line: 1, column: 1, pointer: .root)
    }
}
