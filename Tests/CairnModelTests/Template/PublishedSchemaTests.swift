import CairnModel
import Testing

@Suite("The published schema of templates")
struct PublishedSchemaTests {
    private let schema: JSON

    init() throws { schema = try JSON.parse(Repository.read("Templates/task-template.schema.json")) }

    private func keys(_ object: JSON?) -> Set<String> { Set(object?["properties"]?.objectValue?.names ?? []) }

    private func strings(_ value: JSON?) -> [String] { value?.arrayValue?.compactMap(\.stringValue) ?? [] }

    private func definition(_ name: String) -> JSON? { schema["$defs"]?[name] }

    @Test("has the keys that the decoder knows, no more and no fewer, and refuses others")
    func hasKeys() {
        func compare<Key: TemplateKey>(_ object: JSON?, _: Key.Type) {
            #expect(keys(object) == Set(Key.allCases.map(\.rawValue)))
            #expect(Set(strings(object?["required"])) == Set(Key.required.map(\.rawValue)))
            #expect(object?["additionalProperties"] == false)
        }
        compare(schema, TopLevelKey.self)
        compare(schema["properties"]?["defaults"], DefaultsKey.self)
        compare(schema["properties"]?["stale"], StaleKey.self)
        compare(definition("stale_rule"), StaleRuleKey.self)
        compare(definition("step"), StepKey.self)
        compare(definition("retry"), RetryKey.self)
        #expect(keys(definition("schema")) == Set(SchemaKeyword.allCases.map(\.rawValue)))
        #expect(definition("schema")?["additionalProperties"] == false)
        for handler in StockHandler.all {
            #expect(keys(definition(handler.name)) == Set(handler.parameters.map(\.name)))
            #expect(definition(handler.name)?["additionalProperties"] == false)
        }
        #expect(definition("step")?["allOf"]?.arrayValue?.count == StockHandler.all.count)
        let handler = definition("step")?["properties"]?["handler"]
        #expect(strings(handler?["anyOf"]?[0]?["enum"]) == StockHandler.all.map(\.name))
    }

    @Test("has the decoder's choices, ranges and defaults")
    func hasRanges() {
        let top = schema["properties"]
        let retry = definition("retry")?["properties"]
        #expect(strings(top?["identity"]?["enum"]) == IdentityPolicy.allCases.map(\.rawValue))
        #expect(strings(definition("on_failure")?["enum"]) == FailureAction.allCases.map(\.rawValue))
        #expect(top?["on_failure"]?["default"]?.stringValue == FailurePolicy().onFailure.rawValue)
        #expect(top?["fail_fast"]?["default"] == .bool(FailurePolicy().failFast))
        let rule = definition("stale_rule")?["properties"]
        #expect(strings(rule?["action"]?["enum"]) == StaleRule.Action.allCases.map(\.rawValue))
        #expect(strings(retry?["backoff"]?["enum"]) == Backoff.allCases.map(\.rawValue))
        #expect(strings(definition("type")?["enum"]) == SchemaKeyword.typeNames)
        #expect(top?["steps"]?["maxItems"] == JSON(TemplateLimits.steps))
        for name in [top?["namespace"], top?["name"], definition("step")?["properties"]?["name"]] {
            #expect(name?["maxLength"] == JSON(TemplateLimits.nameLength))
        }
        #expect(definition("step")?["properties"]?["handler"]?["maxLength"] == JSON(TemplateLimits.handlerLength))
        #expect(retry?["max_attempts"]?["minimum"] == JSON(TemplateLimits.attempts.lowerBound))
        #expect(retry?["max_attempts"]?["maximum"] == JSON(TemplateLimits.attempts.upperBound))
        #expect(retry?["jitter"]?["minimum"]?.doubleValue == TemplateLimits.jitter.lowerBound)
        #expect(retry?["jitter"]?["maximum"]?.doubleValue == TemplateLimits.jitter.upperBound)
        let standard = RetryPolicy.standard
        #expect(retry?["max_attempts"]?["default"] == JSON(standard.maxAttempts))
        #expect(retry?["backoff"]?["default"]?.stringValue == standard.backoff.rawValue)
        #expect(retry?["base"]?["default"]?.stringValue == standard.base.description)
        #expect(retry?["max"]?["default"]?.stringValue == standard.max.description)
        #expect(retry?["jitter"]?["default"]?.doubleValue == standard.jitter)
        #expect(
            top?["defaults"]?["properties"]?["timeout"]?["default"]?.stringValue == StepDefaults.timeout.description)
    }

    @Test("refuses the mistakes that a schema can express, as the decoder does", arguments: InvalidTemplate.all)
    func refuses(_ invalid: InvalidTemplate) throws {
        let problems = SchemaCheck(document: schema).problems(try JSON.parse(invalid.text))
        #expect(!problems.contains { $0.contains("unknown keyword") })
        #expect(problems.isEmpty != invalid.schemaRefuses, "\(problems)")
    }

    @Test("accepts the repository's examples", arguments: ["linear", "diamond", "tree", "mixed_dag"])
    func accepts(_ name: String) throws {
        let template = try JSON.parse(Repository.read("Templates/example/\(name)_workflow.json"))
        #expect(SchemaCheck(document: schema).problems(template) == [])
    }
}
