import CairnClient

/// The steps of a task by the layers of their graph: whoever is in one layer waits only for those above.
struct StepLayers: Sendable {
    struct Row: Sendable {
        var step: StepObject
        /// How the layer is drawn beside its rows: `┌ │ └`, or a `─` for a step that is alone.
        var gutter: String
    }

    let rows: [Row]

    init(_ steps: [StepObject]) {
        let known = Dictionary(steps.map { ($0.name, $0) }) { first, _ in first }
        var depths: [String: Int] = [:]
        func depth(_ step: StepObject, _ above: Set<String>) -> Int {
            if let depth = depths[step.name] { return depth }
            let parents = step.dependsOn.compactMap { above.contains($0) ? nil : known[$0] }
            let value = parents.reduce(0) { max($0, depth($1, above.union([step.name])) + 1) }
            depths[step.name] = value
            return value
        }
        // In the order of the template, in which most dependencies come first, so that this hardly recurses.
        let placed = steps.map { (depth: depth($0, []), step: $0) }
        let layers = Dictionary(grouping: placed, by: \.depth).sorted { $0.key < $1.key }.map { $0.value.map(\.step) }
        rows = layers.flatMap { layer in
            layer.enumerated().map { index, step in
                let gutter = layer.count == 1 ? "─" : index == 0 ? "┌" : index == layer.count - 1 ? "└" : "│"
                return Row(step: step, gutter: gutter)
            }
        }
    }
}
