import CairnClient

/// The steps of a task by the layers of their graph.
struct StepLayers: Sendable {
    struct Row: Sendable {
        var step: StepObject
        /// How the layer is drawn beside its rows.
        var gutter: String
    }

    let rows: [Row]

    init(_ steps: [StepObject]) {
        rows = Layers(steps.map { ($0.name, $0.dependsOn) }).rows.map { Row(step: steps[$0.index], gutter: $0.gutter) }
    }
}
