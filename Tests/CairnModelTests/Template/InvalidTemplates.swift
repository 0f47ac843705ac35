import CairnModel
import Testing

/// A template with one mistake, and what is said about it.
struct InvalidTemplate: Sendable, CustomTestStringConvertible {
    /// The text.
    var text: String
    /// The code and pointer of each issue, in order.
    var issues: [(code: TemplateIssueCode, pointer: String)]
    /// Whether the published schema refuses it as well.
    var schemaRefuses: Bool

    init(_ text: String, _ issues: [(TemplateIssueCode, String)], schema: Bool = true) {
        self.text = text
        self.issues = issues.map { (code: $0.0, pointer: $0.1) }
        schemaRefuses = schema
    }

    var testDescription: String { issues.map { "\($0.code.rawValue) at \($0.pointer)" }.joined(separator: ", ") }

    static let all: [InvalidTemplate] = structure + steps + failures + graph + paths + errorPaths + schemas + configs

    private static let structure: [InvalidTemplate] = [
        .init("[]", [(.wrongType, "")]),
        .init("{}", [(.missingKey, ""), (.missingKey, ""), (.missingKey, ""), (.missingKey, "")]),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"h"}"#, more: "\"idenity\":1,"),
            [(.unknownKey, "/idenity")]),
        .init(
            #"{"namespace":"Example","name":"9","version":"1.0","steps":[{"name":"a","handler":"h"}]}"#,
            [(.invalidName, "/namespace"), (.invalidName, "/name"), (.invalidVersion, "/version")]),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"}"#, more: "\"identity\":\"unique\",\"description\":null,"),
            [(.invalidValue, "/identity"), (.wrongType, "/description")]),
        .init(TemplateText.with(steps: ""), [(.noSteps, "/steps")]),
        .init(
            TemplateText.with(
                steps: (0...10_000).map { "{\"name\":\"s\($0)\",\"handler\":\"h\"}" }.joined(separator: ",")),
            [(.tooManySteps, "/steps")]),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"}"#,
                more: #""defaults":{"timeout":"31d","retry":{"max_attempts":101}},"#),
            [(.outOfRange, "/defaults/timeout"), (.outOfRange, "/defaults/retry/max_attempts")], schema: true),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"h"}"#, more: #""defaults":{"retries":1},"#),
            [(.unknownKey, "/defaults/retries")]),
    ]

    private static let steps: [InvalidTemplate] = [
        .init(TemplateText.with(steps: "1"), [(.wrongType, "/steps/0")]),
        .init(TemplateText.with(steps: "{}"), [(.missingKey, "/steps/0"), (.missingKey, "/steps/0")]),
        .init(
            TemplateText.with(steps: #"{"name":"a-b","handler":"H"}"#),
            [(.invalidName, "/steps/0/name"), (.invalidName, "/steps/0/handler")]),
        .init(
            TemplateText.with(steps: "{\"name\":\"\(String(repeating: "a", count: 64))\",\"handler\":\"h\"}"),
            [(.invalidName, "/steps/0/name")]),
        .init(
            TemplateText.with(
                step: #""timeout":"5","retry":{"base":"0ms","backoff":"expo","jitter":1.5,"max_attempts":0}"#),
            [
                (.invalidDuration, "/steps/0/timeout"), (.outOfRange, "/steps/0/retry/base"),
                (.invalidValue, "/steps/0/retry/backoff"), (.outOfRange, "/steps/0/retry/jitter"),
                (.outOfRange, "/steps/0/retry/max_attempts"),
            ]),
        .init(TemplateText.with(step: #""timeout":30"#), [(.wrongType, "/steps/0/timeout")]),
        .init(
            TemplateText.with(step: #""retry":{"max_attempts":2.5}"#), [(.outOfRange, "/steps/0/retry/max_attempts")]),
        .init(
            TemplateText.with(step: #""retry":{"base":"10m"}"#), [(.outOfRange, "/steps/0/retry/base")], schema: false),
        .init(
            TemplateText.with(step: #""depend_on":[],"config":[]"#),
            [(.unknownKey, "/steps/0/depend_on"), (.wrongType, "/steps/0/config")]),
        .init(TemplateText.with(step: #""depends_on":"b""#), [(.wrongType, "/steps/0/depends_on")]),
        .init(TemplateText.with(step: #""depends_on":[1]"#), [(.wrongType, "/steps/0/depends_on/0")]),
    ]

    private static let failures: [InvalidTemplate] = [
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h","on_failure":"ignore","delay":"0ms"}"#,
                more: #""on_failure":"contniue","give_up_after":"366d","fail_fast":"yes","#),
            [
                (.invalidValue, "/on_failure"), (.outOfRange, "/give_up_after"), (.wrongType, "/fail_fast"),
                (.invalidValue, "/steps/0/on_failure"), (.outOfRange, "/steps/0/delay"),
            ]),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"}"#,
                more:
                    #""stale":{"blocked_by_failures":{"after":"1h","action":"error"},"steps_in_process":{"after":"1h"},"#
                    + #""waiting_for_retry":{"after":"59s","action":"dead-letter","then":1}},"#),
            [
                (.unknownKey, "/stale/blocked_by_failures"), (.missingKey, "/stale/steps_in_process"),
                (.outOfRange, "/stale/waiting_for_retry/after"), (.invalidValue, "/stale/waiting_for_retry/action"),
                (.unknownKey, "/stale/waiting_for_retry/then"),
            ]),
        .init(
            TemplateText.with(step: #""stale":{},"fail_fast":true,"give_up_after":"1h""#),
            [
                (.unknownKey, "/steps/0/stale"), (.unknownKey, "/steps/0/fail_fast"),
                (.unknownKey, "/steps/0/give_up_after"),
            ]),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"}"#, more: #""defaults":{"on_failure":"block"},"delay":"1s","#),
            [(.unknownKey, "/defaults/on_failure"), (.unknownKey, "/delay")]),
    ]

    private static let graph: [InvalidTemplate] = [
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"h"},{"name":"a","handler":"g"}"#),
            [(.duplicateStep, "/steps/1/name")], schema: false),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"h"},{"name":"b","handler":"g","depends_on":["a","a"]}"#),
            [(.duplicateDependency, "/steps/1/depends_on/1")]),
        .init(
            TemplateText.with(step: #""depends_on":["a"]"#), [(.selfDependency, "/steps/0/depends_on/0")], schema: false
        ),
        .init(
            TemplateText.with(step: #""depends_on":["z"]"#), [(.unknownDependency, "/steps/0/depends_on/0")],
            schema: false),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h","depends_on":["b"]},{"name":"b","handler":"h","depends_on":["a"]},"#
                    + #"{"name":"c","handler":"h","depends_on":["b"]}"#),
            [(.dependencyCycle, "/steps/0/depends_on/0"), (.unreachableStep, "/steps/2/depends_on")], schema: false),
    ]

    private static let paths: [InvalidTemplate] = [
        .init(
            TemplateText.with(step: #""input":{"x":["$.contxt.a"]}"#), [(.pathUnknownRoot, "/steps/0/input/x/0")],
            schema: false),
        .init(TemplateText.with(step: #""input":"$5""#), [(.pathInvalid, "/steps/0/input")], schema: false),
        .init(TemplateText.with(step: #""input":"$.context.\"a""#), [(.pathInvalid, "/steps/0/input")], schema: false),
        .init(TemplateText.with(step: #""when":"$.context.a > 1""#), [(.notSupportedYet, "/steps/0/when")]),
        .init(
            TemplateText.with(step: #""input":"$.results.z""#), [(.pathUnknownStep, "/steps/0/input")], schema: false),
        .init(
            TemplateText.with(step: #""input":{"a":"$.results.a"}"#), [(.pathNotAncestor, "/steps/0/input/a")],
            schema: false),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"},{"name":"b","handler":"h","input":["$.results[\"a\"].x"]}"#),
            [(.pathNotAncestor, "/steps/1/input/0")], schema: false),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"},"#
                    + #"{"name":"b","handler":"h","input":"$ /* $.results.c */ . results . \"a\""}"#),
            [(.pathNotAncestor, "/steps/1/input")], schema: false),
    ]

    private static let errorPaths: [InvalidTemplate] = [
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h"},{"name":"b","handler":"h","on_failure":"continue"},"#
                    + #"{"name":"c","handler":"h","depends_on":["a"],"#
                    + #""input":{"x":"$.errors.a.code","y":"$.errors.b","z":"$.errors.q","c":"$.errors.c"}}"#),
            [
                (.pathNoError, "/steps/2/input/x"), (.pathNotAncestor, "/steps/2/input/y"),
                (.pathUnknownStep, "/steps/2/input/z"), (.pathNotAncestor, "/steps/2/input/c"),
            ], schema: false),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"h","on_failure":"skip_dependents"},"#
                    + #"{"name":"b","handler":"h","depends_on":["a"],"input":{"x":"$.errors.a"}}"#,
                more: #""on_failure":"continue","#),
            [(.pathNoError, "/steps/1/input/x")], schema: false),
    ]

    private static let schemas: [InvalidTemplate] =
        [
            .init(
                TemplateText.with(schema: #"{"format":"email"}"#), [(.schemaUnsupportedKeyword, "/input_schema/format")]
            ),
            .init(TemplateText.with(schema: "1"), [(.schemaInvalidValue, "/input_schema")]),
            .init(TemplateText.with(schema: #"{"type":"strin"}"#), [(.schemaInvalidValue, "/input_schema/type")]),
            .init(
                TemplateText.with(schema: #"{"type":["object",1],"properties":{"a":{"items":[]}}}"#),
                [
                    (.schemaInvalidValue, "/input_schema/type/1"),
                    (.schemaInvalidValue, "/input_schema/properties/a/items"),
                ]),
        ]
        + [
            #"{"type":[]}"#, #"{"required":["a","a"]}"#, #"{"required":"a"}"#, #"{"enum":[]}"#, #"{"enum":[1,1.0]}"#,
            #"{"minimum":"1"}"#, #"{"multipleOf":0}"#, #"{"minLength":-1}"#, #"{"maxItems":1.5}"#, #"{"pattern":1}"#,
            #"{"uniqueItems":1}"#, #"{"anyOf":[]}"#, #"{"oneOf":{}}"#, #"{"allOf":[1]}"#, #"{"not":[]}"#,
            #"{"properties":[]}"#,
            #"{"additionalProperties":"no"}"#, #"{"examples":1}"#, #"{"title":1}"#, #"{"$comment":[]}"#,
            #"{"maxProperties":3000000000}"#,
        ].map { text in
            let pointer = Template.decode(TemplateText.with(schema: text)).issues.first?.pointer.description ?? ""
            return .init(TemplateText.with(schema: text), [(.schemaInvalidValue, pointer)])
        }

    private static let configs: [InvalidTemplate] = [
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"cairn.htpp","config":{"url":"http://x"}}"#),
            [(.unknownHandler, "/steps/0/handler")]),
        .init(TemplateText.with(steps: #"{"name":"a","handler":"cairn."}"#), [(.unknownHandler, "/steps/0/handler")]),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"cairn.http","config":{"ulr":"http://x"}}"#),
            [(.configMissingKey, "/steps/0/config"), (.configUnknownKey, "/steps/0/config/ulr")]),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"cairn.echo","config":{"x":1}}"#),
            [(.configUnknownKey, "/steps/0/config/x")]),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"cairn.process","config":{"argv":[],"env":{"A":1},"cwd":1}}"#),
            [
                (.configInvalidValue, "/steps/0/config/argv"), (.configInvalidValue, "/steps/0/config/env"),
                (.configInvalidValue, "/steps/0/config/cwd"),
            ]),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"cairn.sleep","config":{"for":"2 s"}}"#),
            [(.configInvalidValue, "/steps/0/config/for")]),
        .init(
            TemplateText.with(
                steps: #"{"name":"a","handler":"cairn.fail","config":{"kind":"maybe","attempts":-1,"message":null}}"#),
            [
                (.configInvalidValue, "/steps/0/config/kind"), (.configInvalidValue, "/steps/0/config/attempts"),
                (.configInvalidValue, "/steps/0/config/message"),
            ]),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"cairn.http","config":{"url":"ftp://x","method":"get"}}"#),
            [(.configInvalidValue, "/steps/0/config/url"), (.configInvalidValue, "/steps/0/config/method")]),
        .init(
            TemplateText.with(steps: #"{"name":"a","handler":"cairn.process","input":{"x":1}}"#),
            [(.configMissingKey, "/steps/0")], schema: false),
    ]
}
