import ArgumentParser
import CairnClient
import CairnModel

/// Which tasks are meant.
struct TaskFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Of this namespace.", valueName: "ns")) var namespace: String?
    @Option(help: ArgumentHelp("Of this template: name, or namespace/name.", valueName: "name")) var template: String?
    @Option(help: "In this state.") var state: String?
    @Option(help: "With this tag.") var tag: String?
    @Option(help: ArgumentHelp("That belong to this.", valueName: "id")) var correlationId: String?
    @Option(help: ArgumentHelp("Submitted after this time (RFC 3339).", valueName: "time")) var createdAfter: String?
    @Option(help: ArgumentHelp("Submitted before this time.", valueName: "time")) var createdBefore: String?

    func validate() throws {
        for (option, time) in [("--created-after", createdAfter), ("--created-before", createdBefore)] {
            if let time, Timestamp(time).date == nil {
                throw ValidationError("\(option) must be a time such as 2026-11-21T12:00:00Z, not \"\(time)\"")
            }
        }
        if let state { try Self.check(state, among: TaskState.allCases.map(\.rawValue)) }
    }

    /// Whether nothing was said.
    var isEmpty: Bool {
        [namespace, template, state, tag, correlationId, createdAfter, createdBefore].allSatisfy { $0 == nil }
    }

    /// The namespace and the template to look for.
    func wanted() throws -> (namespace: String?, template: String?) {
        guard let template, template.contains("/") else { return (namespace, template) }
        let name = try TemplateName(template)
        guard name.version == nil, namespace == nil || namespace == name.namespace else {
            throw CommandError.usage(
                name.version == nil
                    ? "\(template) is not in namespace \(namespace ?? "")" : "tasks are not listed by version",
                do: "Write --template \(name.namespace)/\(name.name)")
        }
        return (name.namespace, name.name)
    }

    /// A state that is none is met with the one that is meant.
    static func check(_ state: String, among states: [String]) throws {
        guard !states.contains(state) else { return }
        let advice = nearest(state, in: states).map { "Did you mean '\($0)'?" }
        throw ValidationError(
            "There is no state \"\(state)\". \(advice ?? "There are " + states.joined(separator: ", "))")
    }
}
