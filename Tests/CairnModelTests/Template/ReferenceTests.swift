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
        words += IdentityPolicy.allCases.map(\.rawValue)
        words += StockHandler.all.flatMap { [$0.name] + $0.parameters.map(\.name) }
        words += TemplateIssueCode.allCases.map(\.rawValue) + JSONError.Code.allCases.map(\.rawValue)
        for word in words { #expect(text.contains("`\(word)`") || text.contains("\"\(word)\""), "\(word)") }
    }

    @Test("begins with a template that has no issues")
    func hasExample() throws {
        let example = try #require(text.split(separator: "```json\n").dropFirst().first?.split(separator: "```").first)
        #expect(Template.decode(String(example)).issues == [])
    }
}
