/// Gathers the issues of one document and gives each its line and column.
struct IssueCollector {
    let file: String?
    let document: LocatedJSON
    private(set) var issues: [TemplateIssue] = []
    private(set) var hasErrors = false
    /// How many more candidates may be compared for "did you mean", so that a hostile template stays cheap.
    private var comparisons = 50_000

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

    /// The candidate that `word` was meant to be, as a question; `nil` if none is near.
    mutating func didYouMean(_ word: String, in candidates: [String]) -> String? {
        guard comparisons >= candidates.count else { return nil }
        comparisons -= candidates.count
        return nearest(word, in: candidates).map { "did you mean \"\($0)\"?" }
    }

    /// The issues in the order of the document.
    var sorted: [TemplateIssue] {
        issues.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }.map(\.element)
    }
}
