import CairnModel
import Testing

@Suite("The template reference")
struct ReferenceTests {
    private let text: String

    init() throws { text = String(decoding: try Repository.read("docs/template-reference.md"), as: UTF8.self) }

    @Test("mentions every key, schema keyword, handler, setting and issue code")
    func isComplete() {
        var words = TopLevelKey.allCases.map(\.rawValue) + StepKey.allCases.map(\.rawValue)
        words += RetryKey.allCases.map(\.rawValue) + DefaultsKey.allCases.map(\.rawValue)
        words += SchemaKeyword.allCases.map(\.rawValue) + Backoff.allCases.map(\.rawValue)
        words += StaleKey.allCases.map(\.rawValue) + StaleRuleKey.allCases.map(\.rawValue)
        words += FailureAction.allCases.map(\.rawValue) + StaleRule.Action.allCases.map(\.rawValue)
        words += IdentityPolicy.allCases.map(\.rawValue)
        words += StockHandler.all.flatMap { [$0.name] + $0.parameters.map(\.name) }
        words += TemplateIssueCode.allCases.map(\.rawValue) + JSONError.Code.allCases.map(\.rawValue)
        for word in words { #expect(text.contains("`\(word)`") || text.contains("\"\(word)\""), "\(word)") }
    }

    @Test("and the other pages show templates without issues, and no name and version with two contents")
    func pagesAgree() throws {
        var shown: [String: JSON] = [:]
        for page in [
            "README.md", "docs/template-reference.md", "docs/quick-start.md", "docs/handlers.md", "docs/cli.md",
        ] {
            let text = String(decoding: try Repository.read(page), as: UTF8.self)
            for block in text.split(separator: "```json\n").dropFirst().compactMap({ $0.split(separator: "```").first })
            where block.contains("\"steps\"") {
                let decoding = Template.decode(String(block), file: page)
                #expect(decoding.issues == [])
                guard let template = decoding.template else { continue }
                let name = "\(template.namespace)/\(template.name) \(template.version)"
                #expect(shown.updateValue(template.document, forKey: name) ?? template.document == template.document)
            }
        }
        #expect(shown.count >= 2)
    }

    @Test("begins with a template that has no issues")
    func hasExample() throws {
        let example = try #require(text.split(separator: "```json\n").dropFirst().first?.split(separator: "```").first)
        #expect(Template.decode(String(example)).issues == [])
    }
}
