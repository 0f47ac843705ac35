import CairnModel

/// A graph as a list by layers, for one that is too wide to be drawn.
struct GraphList {
    var graph: GraphDrawing

    func lines(width: Int) -> [Line] {
        let nodes = graph.nodes
        var table = Table([.init(title: "step"), .init(title: "state"), .init(title: "after", shrinks: true)])
        for row in Layers(nodes.map { ($0.name, $0.dependsOn) }).rows {
            let node = nodes[row.index]
            let look = node.state.map { StateLook(step: $0) }
            table.add([
                Span("\(row.gutter) \(look.map { $0.symbol + " " } ?? "")\(node.name)"),
                Span(node.state?.rawValue ?? "", look?.colour ?? .plain),
                Span(node.dependsOn.isEmpty ? "" : "after " + node.dependsOn.joined(separator: ", "), .dim),
            ])
        }
        return table.lines(width: width, hasHeading: false)
    }
}
