import CairnClient
import CairnModel

/// What there is to say about one template.
struct TemplateReport {
    private let file: TemplateFile
    private var lines: [(text: String, isWarning: Bool)]
    private var issues: [JSON]

    init(_ file: TemplateFile) {
        self.file = file
        lines = file.decoding.issues.map { ($0.description, $0.severity == .warning) }
        issues = file.decoding.issues.map(\.json)
    }

    var isValid: Bool { lines.allSatisfy(\.isWarning) }

    /// Adds what the server said.
    mutating func add(_ validation: TemplateValidation) {
        for issue in file.fresh(validation.issues) {
            lines.append((issue.description, issue.isWarning))
            issues.append([
                "severity": issue.isWarning ? "warning" : "error", "code": JSON(issue.code),
                "message": .string(issue.message),
                "hint": JSON(issue.hint), "file": .string(file.path), "line": issue.line.map { JSON($0) } ?? .null,
                "column": issue.column.map { JSON($0) } ?? .null, "pointer": JSON(issue.pointer),
            ])
        }
    }

    /// Issues go where errors go; that a template is good goes to the output.
    func show(_ printer: Printer) {
        for line in lines { printer.remark(line.text) }
        if isValid, let summary = file.summary {
            printer.show([Line([Span("✔ ", .green), Span("\(file.path): \(summary)")])])
        }
    }

    var json: JSON {
        .object([
            "file": .string(file.path), "valid": .bool(isValid), "namespace": JSON(file.decoding.template?.namespace),
            "name": JSON(file.decoding.template?.name), "version": JSON(file.decoding.template?.version.description),
            "issues": .array(issues),
        ])
    }
}
