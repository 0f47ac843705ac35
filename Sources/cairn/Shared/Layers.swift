import CairnModel

/// The nodes of a graph by its layers: whoever is in one waits only for those above. In a layer they keep their order.
struct Layers: Sendable {
    struct Row: Sendable, Equatable {
        /// The node's place among those that were given.
        var index: Int
        /// How the layer is drawn beside its rows: `┌ │ └`, or a `─` for a node that is alone.
        var gutter: String
    }

    let rows: [Row]

    /// Nodes by name, each with the names of those it waits for; names that are not among them do not count.
    init(_ nodes: [(name: String, dependsOn: [String])]) {
        let places = Dictionary(nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
        let dependencies = nodes.map { node in Array(Set(node.dependsOn.compactMap { places[$0] })) }
        let order = DependencyGraph(dependencies: dependencies).topologicalOrder
        var depths = Array(repeating: 0, count: nodes.count)
        for node in order { depths[node] = dependencies[node].reduce(0) { max($0, depths[$1] + 1) } }
        // What waits for itself has no place, and comes last.
        let last = (depths.max() ?? 0) + 1
        for node in Set(depths.indices).subtracting(order) { depths[node] = last }
        let layers = Dictionary(grouping: depths.indices, by: { depths[$0] }).sorted { $0.key < $1.key }.map(\.value)
        rows = layers.flatMap { layer in
            layer.enumerated().map { place, index in
                let gutter = layer.count == 1 ? "─" : place == 0 ? "┌" : place == layer.count - 1 ? "└" : "│"
                return Row(index: index, gutter: gutter)
            }
        }
    }
}
