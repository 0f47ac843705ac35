extension TemplateDecoder {
    /// Reads `steps`.
    mutating func decodeSteps(
        _ value: Located?, defaults: StepDefaults, onFailure: FailureAction?
    ) -> [StepDraft] {
        guard let value, let elements = issues.array(value, of: "steps") else { return [] }
        if elements.isEmpty {
            issues.report(.noSteps, at: value.pointer, "a template needs at least one step", hint: "add one")
        }
        if elements.count > TemplateLimits.steps {
            issues.report(
                .tooManySteps, at: value.pointer, "a template cannot have \(elements.count) steps",
                hint: "use at most \(TemplateLimits.steps); split the work into several templates")
        }
        let outer = defaults.retry.applied(to: .standard)
        return elements.prefix(TemplateLimits.steps).map { decodeStep($0, outer: outer, onFailure: onFailure) }
    }

    private mutating func decodeStep(
        _ value: Located, outer: RetryPolicy, onFailure outerAction: FailureAction?
    ) -> StepDraft {
        guard let fields = issues.fields(value, StepKey.self) else {
            return StepDraft(pointer: value.pointer, dependencies: [], paths: [])
        }
        let name = issues.name(fields[.name], "a step", longest: TemplateLimits.nameLength)
        let handler = issues.name(fields[.handler], "a handler", longest: TemplateLimits.handlerLength, dots: true)
        let config = fields[.config].flatMap { issues.object($0, as: "config") } ?? JSONObject()
        let dependencies = decodeDependencies(fields[.dependsOn])
        let when = decodeWhen(fields[.when])
        let onFailure = issues.choice(fields[.onFailure], of: FailureAction.self)
        let delay = issues.duration(fields[.delay], in: TemplateLimits.delay)
        if let handler { issues.checkConfig(of: handler, fields) }
        let step: TemplateStep? =
            if let name, let handler {
                TemplateStep(
                    name: name, description: issues.string(fields[.description]), handler: handler,
                    config: .object(config), dependsOn: dependencies.map(\.name), input: fields[.input]?.value,
                    timeout: issues.duration(fields[.timeout], in: TemplateLimits.timeout),
                    retry: decodeRetry(fields[.retry], over: outer), onFailure: onFailure, delay: delay,
                    when: when?.path.text)
            } else {
                decodeRest(fields, outer: outer)
            }
        return StepDraft(
            pointer: value.pointer, name: name, dependencies: dependencies,
            paths: decodePaths(fields[.input]) + (when.map { [$0] } ?? []),
            onFailure: fields[.onFailure] == nil ? outerAction : onFailure,
            saysOnFailure: fields[.onFailure] != nil, step: step)
    }

    /// Looks at the keys of a step that cannot be built, so that their errors are reported as well.
    private mutating func decodeRest(_ fields: Fields<StepKey>, outer: RetryPolicy) -> TemplateStep? {
        _ = issues.string(fields[.description])
        _ = issues.duration(fields[.timeout], in: TemplateLimits.timeout)
        _ = decodeRetry(fields[.retry], over: outer)
        return nil
    }

    private mutating func decodeDependencies(_ value: Located?) -> [(name: String, pointer: JSONPointer)] {
        var seen: Set<ScalarString> = []
        var dependencies: [(name: String, pointer: JSONPointer)] = []
        for element in issues.array(value, of: "step names") ?? [] {
            guard let name = issues.string(element) else { continue }
            if seen.insert(ScalarString(name)).inserted {
                dependencies.append((name, element.pointer))
            } else {
                issues.report(
                    .duplicateDependency, at: element.pointer, "\"\(name)\" is named twice", hint: "remove one of them")
            }
        }
        return dependencies
    }

    private mutating func decodeWhen(_ value: Located?) -> LocatedPath? {
        guard let value else { return nil }
        guard acceptsConditions else {
            issues.report(
                .notSupportedYet, at: value.pointer, ofName: true, "\"when\" is not supported yet", hint: "remove it")
            return nil
        }
        return issues.string(value).flatMap { readPath($0, at: value.pointer) }
    }

    /// Finds the paths in an input: every string that begins with `$`, at any depth.
    private mutating func decodePaths(_ value: Located?) -> [LocatedPath] {
        switch value?.value {
        case .string(let text) where InputText(text).isPath:
            return value.flatMap { readPath(text, at: $0.pointer) }.map { [$0] } ?? []
        case .array(let values):
            return values.enumerated().flatMap { decodePaths(value?.element($0, $1)) }
        case .object(let object):
            return object.flatMap { decodePaths(value?.member($0.name, $0.value)) }
        default: return []
        }
    }

    private mutating func readPath(_ text: String, at pointer: JSONPointer) -> LocatedPath? {
        do {
            return LocatedPath(path: try SQLPath(text), pointer: pointer)
        } catch {
            issues.report(error.code, at: pointer, error.message, hint: error.hint)
            return nil
        }
    }
}
