import CairnModel
import Testing

@Suite("A compiled template")
struct CompileTests {
    private func compile(_ text: String) throws -> CompiledTemplate {
        try #require(Template.decode(text, acceptsConditions: true).template).compiled()
    }

    @Test("numbers its steps in an order that works, and otherwise as in the file")
    func numbers() throws {
        let compiled = try compile(
            TemplateText.with(
                steps: #"{"name":"d","handler":"h","depends_on":["b","a"]},{"name":"c","handler":"h"},"#
                    + #"{"name":"b","handler":"h","depends_on":["a"]},{"name":"a","handler":"h"}"#))
        #expect(compiled.steps.map(\.name) == ["c", "a", "b", "d"])
        #expect(compiled.steps.map(\.number) == [1, 2, 3, 4])
        #expect(compiled.steps.map(\.dependsOn) == [[], [], [2], [2, 3]])
        #expect(compiled.steps.map(\.dependents) == [[], [3, 4], [4], []])
    }

    @Test("separates what is literal from what is a path")
    func separatesInput() throws {
        let compiled = try compile(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"},{"name":"b","handler":"h","depends_on":["a"],"#
                    + #""input":{"x":"$.results.a.y","l":[1,"$$5",{"/k":"$.context"}],"t":"plain $"}}"#))
        let step = compiled.steps[1]
        #expect(step.inputLiteral == ["x": nil, "l": [1, "$5", ["/k": nil]], "t": "plain $"])
        #expect(step.inputPaths?.map(\.at) == [["x"], ["l", "2", "/k"]])
        #expect(step.inputPaths?.map(\.path) == ["$.results.a.y", "$.context"])
        #expect(compiled.steps[0].inputLiteral == nil)
        #expect(compiled.steps[0].inputPaths == nil)
    }

    static let needs: [(String, results: [Int], when: [Int])] = [
        ("", [3], []), (#","input":"$""#, [3], []), (#","input":{"a":"$.results"}"#, [3], []),
        (#","input":["$.results.*"]"#, [3], []),
        (#","input":{}"#, [], []), (#","input":{"a":"$.context.a","b":"$.task.id"}"#, [], []),
        (#","input":"$.results.a.x""#, [1], []), (#","input":["$.results[\"b\"]","$.results.a"]"#, [1, 2], []),
        (#","input":["$.results","$.results.a"]"#, [1, 3], []), (#","when":"$.results.a > 1""#, [3], [1]),
        (#","input":"$.errors.a.code""#, [1], []), (#","input":["$.errors.*","$.results.b"]"#, [2, 3], []),
        (#","input":5,"when":"exists($.errors.a)""#, [], [1]),
        (#","input":5,"when":"exists($.results)""#, [], [3]), (#","when":"$.context.a > 1""#, [3], []),
    ]

    @Test("knows whose results and errors each step needs", arguments: needs)
    func knowsNeeds(_ more: String, results: [Int], when: [Int]) throws {
        let compiled = try compile(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h","on_failure":"continue"},{"name":"b","handler":"h"},"#
                    + #"{"name":"c","handler":"h","depends_on":["a","b"]},{"name":"d","handler":"h","depends_on":["c"]\#(more)}"#
            ))
        #expect(compiled.steps[3].resultsNeeded == results)
        #expect(compiled.steps[3].whenResultsNeeded == when)
    }

    @Test("fills in timeouts and retries from the step, the defaults and the built-in ones, key by key")
    func fillsDefaults() throws {
        let plain = try compile(TemplateText.with(step: #""when":"1 == 1""#)).steps[0]
        #expect(plain.timeoutMs == 60_000)
        #expect(
            plain.retry
                == RetryPolicy(maxAttempts: 3, backoff: .exponential, base: .seconds(1), max: .minutes(5), jitter: 0.15)
        )
        let step = try compile(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h","retry":{"max":"20s"}},{"name":"b","handler":"h","timeout":"1h"}"#,
                more: #""defaults":{"timeout":"5s","retry":{"max_attempts":7,"base":"10s"}},"#))
        #expect(step.steps[0].timeoutMs == 5000)
        #expect(
            step.steps[0].retry
                == RetryPolicy(
                    maxAttempts: 7, backoff: .exponential, base: .seconds(10), max: .seconds(20), jitter: 0.15))
        #expect(step.steps[1].timeoutMs == 3_600_000)
    }

    @Test("says what a failure does, from the step or else from the template")
    func saysWhatFailureDoes() throws {
        let compiled = try compile(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"},{"name":"b","handler":"h","on_failure":"block","delay":"90s"},"#
                    + #"{"name":"c","handler":"h","on_failure":"error"}"#,
                more: #""on_failure":"continue","give_up_after":"2h","fail_fast":true,"#
                    + #""stale":{"waiting_for_retry":{"after":"1h","action":"error"},"#
                    + #""steps_in_process":{"after":"1m","action":"dead_letter"},"#
                    + #""waiting_for_dependencies":{"after":"1d","action":"none"}},"#)
        ).json
        #expect(compiled["give_up_after_ms"] == 7_200_000)
        #expect(compiled["fail_fast"] == true)
        #expect(
            compiled["stale"] == [
                "steps_in_process": ["after_ms": 60_000, "action": "dead_letter"],
                "waiting_for_retry": ["after_ms": 3_600_000, "action": "error"],
            ])
        let steps = compiled["steps"]?.arrayValue ?? []
        #expect(steps.map { $0["on_failure"] } == ["continue", "block", "error"])
        #expect(steps.map { $0["delay_ms"] } == [.null, 90_000, .null])
    }

    @Test("leaves out a rule for stale tasks that does nothing")
    func leavesOutNone() throws {
        let compiled = try compile(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"}"#,
                more: #""stale":{"steps_in_process":{"after":"1h","action":"none"}},"#))
        #expect(compiled.json["stale"] == JSON.null)
    }

    @Test("is one document for SQL")
    func isOneDocument() throws {
        let compiled = try compile(
            TemplateText.with(
                steps:
                    #"{"name":"a","handler":"cairn.sleep","config":{"for":"1s"},"input":["$.context"],"when":"$.context[\"x\"] == 1"}"#,
                more: #""input_schema":{"type":"object"},"#))
        let expected = #"""
            {"namespace":"example","name":"t","version":"1.0.0","description":null,"identity":"always_unique",
             "input_schema":{"type":"object"},"give_up_after_ms":null,"fail_fast":false,"stale":null,"steps":[
             {"step_no":1,"name":"a","description":null,"handler":"cairn.sleep","config":{"for":"1s"},"depends_on":[],
              "dependents":[],"results_needed":[],"input_literal":[null],"input_paths":[{"at":["0"],"path":"$.context"}],
              "when":"$.context.\"x\" == 1","when_results_needed":[],"timeout_ms":60000,"max_attempts":3,
              "backoff":"exponential","backoff_base_ms":1000,"backoff_max_ms":300000,"jitter":0.15,
              "on_failure":"error","delay_ms":null}]}
            """#
        #expect(try compiled.json == JSON.parse(expected))
        #expect(try compile(TemplateText.with(step: #""config":{}"#)).json["input_schema"] == JSON.null)
    }
}
