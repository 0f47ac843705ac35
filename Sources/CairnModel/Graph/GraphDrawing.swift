/// A graph to be drawn, in whichever form. Dependencies on nodes that are not in it are left out.
package struct GraphDrawing: Sendable {
    /// The boxes, in the order they were given.
    package let nodes: [GraphNode]
    /// For each node, the places of the nodes it waits for.
    let edges: [[Int]]

    /// A drawing of `nodes`.
    package init(_ nodes: [GraphNode]) {
        self.nodes = nodes
        let places = Dictionary(nodes.enumerated().map { (ScalarString($1.name), $0) }) { first, _ in first }
        edges = nodes.enumerated().map { index, node in
            var seen: Set<Int> = [index]
            return node.dependsOn.compactMap { places[ScalarString($0)] }.filter { seen.insert($0).inserted }
        }
    }

    /// A drawing of a template's steps.
    package init(_ template: Template) {
        self.init(template.steps.map { GraphNode(name: $0.name, dependsOn: $0.dependsOn) })
    }
}
