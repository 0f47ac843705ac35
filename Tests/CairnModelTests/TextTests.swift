import CairnModel
import Testing

@Suite("Did you mean")
struct NearestTests {
    @Test(
        "finds what is near and nothing else",
        arguments: [
            ("depend_on", "depends_on"), ("dependson", "depends_on"), ("naem", "name"), ("Handler", "handler"),
            ("timout", "timeout"), ("desc", "description"), ("xyz", nil), ("", nil), ("in", nil), ("nme", "name"),
        ] as [(String, String?)])
    func finds(_ word: String, _ expected: String?) {
        #expect(nearest(word, in: StepKey.allCases.map(\.rawValue)) == expected)
    }

    @Test("lists words as a sentence does")
    func lists() {
        #expect(["a", "b", "c"].joinedAsChoice() == "a, b or c")
        #expect(["a"].joinedAsChoice() == "a")
        #expect([String]().joinedAsChoice() == "")
    }
}

@Suite("A version")
struct SemanticVersionTests {
    @Test("orders as semver says")
    func orders() throws {
        let texts = [
            "0.0.1", "0.9.0", "0.10.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "2.0.0",
        ]
        let versions = try texts.map { try #require(SemanticVersion($0)) }
        #expect(versions.shuffled().sorted().map(\.description) == texts)
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+1", "v1.0.0", "1.0.x",
            "-1.0.0",
        ])
    func isRefused(_ text: String) { #expect(SemanticVersion(text) == nil) }
}

@Suite("A control character")
struct ControlCharacterTests {
    @Test("is written as Swift writes it, and everything else stays")
    func escapes() {
        #expect(
            "a\u{1B}[31m\n\r\t\u{7F}\u{9B}\u{202E}é✔".escapingControls == #"a\u{1B}[31m\n\r"# + "\t"
                + #"\u{7F}\u{9B}\u{202E}é✔"#)
    }

    @Test("in a JSON text becomes an escape that means the same")
    func escapesInJSON() throws {
        let value: JSON = ["a\u{9B}": "b\u{7F}\u{202E}\u{1B}é"]
        let text = value.text.escapingControlsAsJSON
        #expect(text.unicodeScalars.filter(\.isControl).isEmpty)
        #expect(try JSON.parse(text) == value)
    }
}

@Suite("What is wrong with arguments")
struct UsageProblemTests {
    @Test(
        "is said in two lines",
        arguments: [
            ("Unknown option '--limt'. Did you mean '--limit'?", "unknown option '--limt'", "Did you mean '--limit'?"),
            ("Missing expected argument '<id>'", "missing expected argument '<id>'", "See `x --help`"),
            ("There is no database\ngive one", "there is no database", "Give one"),
            ("One\ntwo\nthree", "one", "See `x --help`"),
        ])
    func isTwoLines(_ message: String, what: String, whatToDo: String) {
        let problem = UsageProblem(message, command: "x")
        #expect(problem.what == what && problem.whatToDo == whatToDo)
    }
}
