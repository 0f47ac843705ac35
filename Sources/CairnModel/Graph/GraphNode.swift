/// A box of a drawing: a step of a template, or of a task with its state.
package struct GraphNode: Sendable, Hashable {
    /// Its name, unique in the drawing.
    package var name: String
    /// The names of the nodes it waits for.
    package var dependsOn: [String]
    /// Its state, if it has one.
    package var state: StepState?
    /// A second line, such as "complete 120ms"; the state's name when there is none.
    package var label: String?

    /// A box.
    package init(name: String, dependsOn: [String] = [], state: StepState? = nil, label: String? = nil) {
        self.name = name
        self.dependsOn = dependsOn
        self.state = state
        self.label = label
    }

    /// The second line, if any.
    var secondLine: String? { label ?? state?.rawValue }
}
