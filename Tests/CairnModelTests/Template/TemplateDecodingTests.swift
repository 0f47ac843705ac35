import CairnModel
import Testing

@Suite("A template")
struct TemplateDecodingTests {
    @Test("with a mistake is refused with its code and its place", arguments: InvalidTemplate.all)
    func isRefused(_ invalid: InvalidTemplate) {
        let decoding = Template.decode(invalid.text)
        #expect(decoding.template == nil)
        #expect(decoding.issues.map(\.code) == invalid.issues.map(\.code.rawValue))
        #expect(decoding.issues.map(\.pointer.description) == invalid.issues.map(\.pointer))
        #expect(decoding.issues.allSatisfy { $0.severity == .error && !$0.message.isEmpty })
    }

    @Test("can go wrong in every way that has a code")
    func coversCodes() {
        let covered = Set(InvalidTemplate.all.flatMap { $0.issues.map(\.code) })
        let elsewhere: Set<TemplateIssueCode> = [.noEffect, .tooManyIssues]
        #expect(covered.union(elsewhere) == Set(TemplateIssueCode.allCases))
    }

    @Test("names every mistake at once, each as a compiler would")
    func rendersIssues() {
        let text = """
            {
              "namespace": "example", "name": "orders", "version": "1.0.0",
              "steps": [
                { "name": "fetch", "handler": "cairn.http", "config": { "url": "https://example.org" }, "timout": "5s" },
                { "name": "parse", "handler": "parse", "depends_on": ["fetsh"] },
                { "name": "a", "handler": "h", "depends_on": ["c"] },
                { "name": "b", "handler": "h", "depends_on": ["a"] },
                { "name": "c", "handler": "h", "depends_on": ["b"] }
              ]
            }
            """
        let lines = Template.decode(text, file: "orders.json").issues.map(\.description)
        #expect(
            lines == [
                "orders.json:4:93: error: unknown key \"timout\" in a step; did you mean \"timeout\"? (at /steps/0/timout)",
                "orders.json:5:59: error: there is no step \"fetsh\"; did you mean \"fetch\"? (at /steps/1/depends_on/0)",
                "orders.json:6:51: error: these steps wait for each other: a → c → b → a; "
                    + "remove one of these dependencies (at /steps/2/depends_on/0)",
            ])
    }

    @Test("that is not JSON is one issue with the place")
    func isNoJSON() throws {
        let issue = try #require(Template.decode("{\n \"name\": 'x'}", file: "t.json").issues.first)
        #expect(issue.description.hasPrefix("t.json:2:10: error: expected a value; found '''"))
        #expect(issue.code == "json_syntax")
        #expect(issue.json["line"] == 2)
    }

    @Test(
        "with a quote or a comma too few is told which",
        arguments: [
            (
                "{\"name: \"x\"}",
                "1:10: error: expected ':' after the member's name; found 'x': check the double quotes before it"
            ),
            (
                "{\n \"name\": \"x,\n}",
                "2:10: error: this string is not closed on its line: add a double quote, or write a line break in it as \\n"
            ),
            (
                "{\"a\": \"x, \"b\": 1}",
                "1:12: error: expected ',' or '}'; found 'b': check the double quotes before it"
            ),
            ("{\"a\": 1 \"b\": 2}", "1:9: error: expected ',' or '}'; found '\"': add a comma before it"),
            ("{\"a\": 1", "1:8: error: expected ',' or '}'; found the end: close it with '}'"),
        ])
    func namesQuotes(_ text: String, said: String) throws {
        let issue = try #require(Template.decode(text, file: "t").issues.first)
        #expect(issue.description.hasPrefix("t:" + said), "\(issue)")
    }

    @Test("with thousands of mistakes lists a thousand and says so")
    func capsIssues() {
        let steps = (0..<3000).map { "{\"name\":\"s\($0)\",\"handler\":\"h\",\"x\":1}" }.joined(separator: ",")
        let issues = Template.decode(TemplateText.with(steps: steps)).issues
        #expect(issues.count == 1001)
        #expect(issues.filter { $0.code == "too_many_issues" }.count == 1)
    }

    @Test("may have warnings and still be accepted")
    func warns() {
        let decoding = Template.decode(
            TemplateText.with(
                steps:
                    #"{"name":"b","handler":"h","retry":{"max_attempts":1,"jitter":0}},"#
                    + #"{"name":"c","handler":"h","retry":{"backoff":"none","base":"2s"}}"#))
        #expect(decoding.template != nil)
        #expect(decoding.errors.isEmpty)
        #expect(decoding.warnings.map(\.code) == ["no_effect", "no_effect"])
    }

    @Test("that names a handler of the reserved prefix that there is not is told the nearest one")
    func namesNearestHandler() {
        let text = TemplateText.with(steps: #"{"name":"a","handler":"cairn.htpp"}"#)
        #expect(
            Template.decode(text, file: "t.json").issues.map(\.description) == [
                "t.json:1:84: error: there is no stock handler \"cairn.htpp\"; did you mean \"cairn.http\"? "
                    + "(at /steps/0/handler)"
            ])
        let far = Template.decode(TemplateText.with(steps: #"{"name":"a","handler":"cairn.notification"}"#)).issues
            .first
        #expect(
            far?.hint == "known here: cairn.echo, cairn.sleep, cairn.fail, cairn.http, cairn.process; "
                + "a handler of your own cannot begin with \"cairn.\"")
    }

    @Test("with a condition is told that there are none yet, and where")
    func hasNoConditions() {
        let text = TemplateText.with(step: #""when":"$.results.nobody.ok == true""#)
        #expect(
            Template.decode(text, file: "t.json").issues.map(\.description) == [
                "t.json:1:88: error: \"when\" is not supported yet; remove it (at /steps/0/when)"
            ])
    }

    @Test(
        "has its conditions checked as its paths are, where they are accepted",
        arguments: [
            (#""""#, .pathInvalid), ("true", .wrongType), (#""exists($.results.z)""#, .pathUnknownStep),
            (#""1 == 1 /* $.results.c */ && $ . results . \"a\" > 1""#, .pathNotAncestor),
        ] as [(String, TemplateIssueCode)])
    func checksConditions(_ condition: String, code: TemplateIssueCode) {
        let decoding = Template.decode(TemplateText.with(step: "\"when\":\(condition)"), acceptsConditions: true)
        #expect(decoding.issues.map(\.code) == [code.rawValue])
        #expect(decoding.issues.first?.pointer.description == "/steps/0/when")
    }

    @Test("is warned of settings about failures that no step gives an effect to")
    func warnsOfFailureSettings() {
        func warnings(_ step: String, _ more: String) -> [String] {
            let decoding = Template.decode(
                TemplateText.with(steps: #"{"name":"a","handler":"h"\#(step)}"#, more: more))
            #expect(decoding.template != nil)
            return decoding.warnings.map { "\($0.code) \($0.pointer)" }
        }
        #expect(warnings("", #""give_up_after":"1h","#) == ["no_effect /give_up_after"])
        #expect(warnings(#","on_failure":"block""#, #""give_up_after":"1h","#) == [])
        #expect(warnings(#","on_failure":"continue""#, #""fail_fast":true,"#) == ["no_effect /fail_fast"])
        #expect(warnings(#","on_failure":"continue""#, #""fail_fast":false,"#) == [])
        #expect(warnings("", #""fail_fast":true,"#) == [])
        #expect(warnings(#","on_failure":"continue""#, #""on_failure":"block","#) == ["no_effect /on_failure"])
        #expect(warnings("", #""on_failure":"block","give_up_after":"1h","#) == [])
    }

    @Test("says why a path to an error finds none")
    func saysWhyNoError() throws {
        let issue = try #require(
            Template.decode(
                TemplateText.with(
                    steps:
                        #"{"name":"a","handler":"h"},{"name":"b","handler":"h","depends_on":["a"],"input":"$.errors.a"}"#
                )
            ).issues.first)
        #expect(issue.message == #"this step never runs after a failure of "a", whose on_failure is "error""#)
        #expect(issue.hint == #"set "on_failure": "continue" on "a""#)
    }

    @Test("of the full form is read whole")
    func isReadWhole() throws {
        let text = #"""
            {
              "$schema": "../task-template.schema.json", "namespace": "n1", "name": "full", "version": "2.1.0-beta.1",
              "description": "d", "identity": "strict",
              "input_schema": { "type": ["object"], "required": ["a"], "properties": { "a": { "enum": [1, "x", null] } },
                "additionalProperties": false, "not": true, "anyOf": [{}, { "multipleOf": 0.01, "pattern": "^a" }] },
              "defaults": { "timeout": "30s", "retry": { "max_attempts": 5 } },
              "on_failure": "block", "give_up_after": "1d", "fail_fast": true,
              "stale": { "steps_in_process": { "after": "1h", "action": "dead_letter" },
                "waiting_for_dependencies": { "after": "1m", "action": "none" },
                "waiting_for_retry": { "after": "7d", "action": "error" } },
              "steps": [
                { "name": "a", "description": "first", "handler": "my.handler_2", "config": { "$x": "$.free" } },
                { "name": "b", "handler": "cairn.http", "depends_on": ["a"], "input": { "url": "$.results.a.url" },
                  "timeout": "1ms", "retry": { "backoff": "fibonacci", "base": "2s", "max": "1m", "jitter": 0 },
                  "when": "$.results.a.ok == true", "on_failure": "continue", "delay": "10m" },
                { "name": "c", "handler": "cairn.http", "depends_on": ["b"], "input": "$.results.a" },
                { "name": "d", "handler": "d", "depends_on": ["b"], "input": "$.errors.b", "on_failure": "error" }
              ]
            }
            """#
        let decoding = Template.decode(text, acceptsConditions: true)
        #expect(decoding.issues.isEmpty)
        let template = try #require(decoding.template)
        #expect(template.identity == .strict)
        #expect(template.version.description == "2.1.0-beta.1")
        #expect(template.defaults.timeout == .seconds(30))
        #expect(template.steps[1].retry.backoff == .fibonacci)
        #expect(template.steps[0].config["$x"] == "$.free")
        #expect(
            template.failure
                == FailurePolicy(
                    onFailure: .block, giveUpAfter: .days(1), failFast: true,
                    stale: [
                        .stepsInProcess: StaleRule(after: .hours(1), action: .deadLetter),
                        .waitingForDependencies: StaleRule(after: .minutes(1), action: .none),
                        .waitingForRetry: StaleRule(after: .days(7), action: .error),
                    ]))
        #expect(template.steps.map(\.onFailure) == [nil, .continue, nil, .error])
        #expect(template.steps.map(\.delay) == [nil, .minutes(10), nil, nil])
        #expect(try template.document == JSON.parse(text))
    }

    @Test(
        "in the repository's examples has no issues",
        arguments: [("linear_workflow", 4), ("diamond_workflow", 4), ("tree_workflow", 8), ("mixed_dag_workflow", 7)])
    func examples(_ name: String, _ steps: Int) throws {
        let decoding = Template.decode(try Repository.read("Templates/example/\(name).json"), file: name)
        #expect(decoding.issues.isEmpty)
        let template = try #require(decoding.template)
        #expect(template.name == name)
        #expect(template.steps.count == steps)
        #expect(template.steps.allSatisfy { $0.description != nil && $0.handler.hasPrefix("cairn.") })
    }
}

@Suite("A hostile template")
struct HostileTemplateTests {
    private let names = (0..<4000).map { "step_\($0)" }

    @Test("with thousands of steps and a path in each is checked without a search for each")
    func longChain() {
        let steps = names.enumerated().map { index, name in
            let before = index > 0 ? ",\"depends_on\":[\"\(names[index - 1])\"],\"input\":\"$.results.step_0\"" : ""
            return "{\"name\":\"\(name)\",\"handler\":\"h\"\(before)}"
        }
        #expect(Template.decode(TemplateText.with(steps: steps.joined(separator: ","))).issues.isEmpty)
    }

    @Test("with thousands of misspelt dependencies is refused without comparing all names")
    func manyTypos() {
        let steps = names.map { "{\"name\":\"\($0)\",\"handler\":\"h\",\"depends_on\":[\"\($0)x\"]}" }
        let issues = Template.decode(TemplateText.with(steps: steps.joined(separator: ","))).issues
        #expect(issues.count == 1001)
        #expect(issues.first?.hint?.hasPrefix("did you mean") == true)
    }
}
