/// Gathers the issues of one document and gives each its line and column.
struct IssueCollector {
    let file: String?
    let document: LocatedJSON
    private(set) var issues: [TemplateIssue] = []
    private(set) var hasErrors = false

    init(file: String?, document: LocatedJSON) {
        self.file = file
        self.document = document
    }

    /// Notes an issue at `pointer`; at its name rather than its value when `ofName`.
    mutating func report(
        _ code: TemplateIssueCode, at pointer: JSONPointer, ofName: Bool = false,
        severity: TemplateIssue.Severity = .error, _ message: String, hint: String? = nil
    ) {
        if severity == .error { hasErrors = true }
        guard issues.count <= TemplateLimits.issues else { return }
        let isLast = issues.count == TemplateLimits.issues
        let position = document.position(of: pointer, ofName: ofName) ?? (line: 1, column: 1)
        issues.append(
            TemplateIssue(
                severity: isLast ? .error : severity, code: (isLast ? .tooManyIssues : code).rawValue,
                message: isLast ? "there are more issues than the \(TemplateLimits.issues) listed" : message,
                hint: isLast ? "fix these first" : hint, file: file, line: position.line, column: position.column,
                pointer: isLast ? .root : pointer))
    }

    /// The issues in the order of the document.
    var sorted: [TemplateIssue] {
        issues.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }.map(\.element)
    }
}
