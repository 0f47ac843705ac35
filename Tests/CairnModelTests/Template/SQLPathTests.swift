import CairnModel
import Testing

@Suite("A SQL/JSON path")
struct SQLPathTests {
    @Test(
        "refers to what it mentions",
        arguments: [
            ("$", [.document]), ("$.*", [.document]), ("$.**.x", [.document]), ("$[0]", [.document]),
            ("$.keyvalue()", [.document]), ("$ ? (@.a > 1)", [.document]),
            ("$.context", [.member("context")]), ("$.context.results.a", [.member("context")]),
            ("$.task.id", [.member("task")]),
            ("$.results", [.results]), ("$.results.*", [.results]), ("$.results.keyvalue().key", [.results]),
            ("$.results ? (@.a > 1)", [.results]), ("$.results[*]", [.results]),
            ("$.results.a", [.result(of: "a")]), ("$.results.a.b.c[0]", [.result(of: "a")]),
            ("$.results.\"a\"", [.result(of: "a")]), ("$ . results /* x */ . a", [.result(of: "a")]),
            ("$.results[\"a\"].b", [.result(of: "a")]), ("$.results[ \"a\" ]", [.result(of: "a")]),
            ("$[\"results\"][\"a\"]", [.result(of: "a")]), ("$.results.type", [.result(of: "type")]),
            ("$.results.a.size() > $.results.b", [.result(of: "a"), .result(of: "b")]),
            ("$.results.a + $.results.a", [.result(of: "a")]),
            ("exists($.results.a ? (@.x == $.context.y))", [.result(of: "a"), .member("context")]),
            ("$.context.a == \"$.results.b\"", [.member("context")]),
            ("$.context.a == \"\\\"$x\"", [.member("context")]),
            ("$.errors", [.errors]), ("$.errors.*", [.errors]), ("$.errors.a.message", [.error(of: "a")]),
            ("$[\"errors\"][\"a\"]", [.error(of: "a")]), ("$.context.errors.a", [.member("context")]),
            ("strict $.results.a", [.result(of: "a")]), ("!($.results.a>1)", [.result(of: "a")]), ("1 == 1", []),
            ("$.context.a like_regex \"^[a-z]$\" flag \"i\"", [.member("context")]),
        ] as [(String, [SQLPath.Reference])])
    func refers(_ text: String, _ references: [SQLPath.Reference]) throws {
        #expect(try SQLPath(text).references == references)
    }

    @Test("has its name subscripts written as members, because PostgreSQL evaluates only those")
    func rewrites() throws {
        #expect(try SQLPath(#"$.results["a"][0]["b c"]"#).text == #"$.results."a"[0]."b c""#)
        #expect(try SQLPath(#"$.context.x[last] == "[\"a\"]""#).text == #"$.context.x[last] == "[\"a\"]""#)
    }

    @Test(
        "is refused for variables, unknown members and open strings",
        arguments: [
            "/* $.x", "$x", "$1", "$\"x\"", "$.foo", "$.Results", "", " ", "$.context.\"a", "\"", "$.context[\"a",
            "$.context.\"\\",
        ])
    func isRefused(_ text: String) {
        #expect(throws: SQLPathError.self) { try SQLPath(text) }
    }
}
