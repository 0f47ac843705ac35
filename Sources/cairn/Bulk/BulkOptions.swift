import ArgumentParser
import CairnClient
import CairnModel

/// Many tasks instead of one: which, and whether it is meant.
struct BulkOptions: ParsableArguments {
    @OptionGroup(title: "Many tasks instead of one") var tasks: TaskFilterOptions

    @Option(help: ArgumentHelp("Of this version of the template.", valueName: "version")) var templateVersion: String?
    @Option(help: ArgumentHelp("With a step of this name.", valueName: "name")) var step: String?
    @Option(help: ArgumentHelp("With that step in this state.", valueName: "state")) var stepState: String?
    @Flag(help: "Do it; otherwise the tasks are only counted.") var yes = false

    func validate() throws {
        if templateVersion != nil, tasks.template == nil {
            throw ValidationError("--template-version needs --template")
        }
        guard let stepState else { return }
        guard step != nil else { throw ValidationError("--step-state needs --step") }
        try TaskFilterOptions.check(stepState, among: StepState.allCases.map(\.rawValue))
    }

    /// Whether nothing was said of which tasks.
    var isEmpty: Bool { tasks.isEmpty && step == nil && templateVersion == nil }

    func filter() throws -> BulkFilter {
        var filter = BulkFilter()
        (filter.namespace, filter.template) = try tasks.wanted()
        filter.templateVersion = templateVersion
        filter.state = tasks.state
        filter.tag = tasks.tag
        filter.correlationID = tasks.correlationId
        filter.createdAfter = tasks.createdAfter
        filter.createdBefore = tasks.createdBefore
        filter.step = step
        filter.stepState = stepState
        return filter
    }

    /// Throws unless one thing was named, or a filter was given, but not both.
    func check(isNamed: Bool, what: String) throws {
        if isNamed, !isEmpty || yes {
            throw ValidationError("Give \(what), or say which tasks with --namespace, --state and the like: not both")
        }
        if !isNamed, isEmpty {
            throw ValidationError("Give \(what), or say which tasks with --namespace, --state and the like")
        }
    }
}
