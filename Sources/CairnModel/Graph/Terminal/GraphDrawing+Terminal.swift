/// How a drawing for a terminal looks.
package struct TerminalStyle: Sendable {
    /// Whether only ASCII characters are used.
    package var isASCII: Bool
    /// Colours a line of a box's text, given its node; must not change what the text looks like otherwise.
    package var colour: (@Sendable (GraphNode, String) -> String)?

    /// A style.
    package init(isASCII: Bool = false, colour: (@Sendable (GraphNode, String) -> String)? = nil) {
        self.isASCII = isASCII
        self.colour = colour
    }
}

extension GraphDrawing {
    /// The graph as boxes in layers, from top to bottom, joined by lines; every line ends in a newline.
    ///
    /// Lines that meet in a `┴`, `┬` or `┼` are joined: everything above leads to everything below. A line that another
    /// interrupts passes below it.
    package func terminal(_ style: TerminalStyle = TerminalStyle()) -> String {
        let graph = LayeredGraph(self)
        let widths = graph.vertices.map { vertex in vertex.node.map { boxWidth(nodes[$0]) } ?? 1 }
        let layout = ColumnLayout(graph, widths: widths)
        let centres = layout.centres
        var canvas = Canvas(glyphs: style.isASCII ? .ascii : .unicode, colour: style.colour)
        for layer in graph.layers {
            let hasSecondLine = layer.contains { graph.vertices[$0].node.flatMap { nodes[$0].secondLine } != nil }
            canvas.beginBoxes(height: hasSecondLine ? 4 : 3)
            for vertex in layer {
                let entry = graph.vertices[vertex]
                if let node = entry.node {
                    canvas.addBox(
                        nodes[node], centre: centres[vertex], width: widths[vertex], opens: !entry.children.isEmpty)
                } else {
                    canvas.addBend(centre: centres[vertex])
                }
            }
            let (bundles, rows) = EdgeBundle.route(layer, graph, layout)
            if !bundles.isEmpty { canvas.addLines(bundles, rows: rows) }
        }
        return canvas.text
    }

    /// A number of columns that no drawing for a terminal can do with less than; far quicker to have than the drawing.
    package var leastWidth: Int {
        let graph = LayeredGraph(self, reducesCrossings: false)
        return graph.layers.map { layer in
            layer.reduce(-ColumnLayout.gap) { width, vertex in
                width + ColumnLayout.gap + (graph.vertices[vertex].node.map { boxWidth(nodes[$0]) } ?? 1)
            }
        }.max() ?? 0
    }

    /// Text, a space and a border on each side; odd, so that there is a middle.
    private func boxWidth(_ node: GraphNode) -> Int { (max(node.name.count, node.secondLine?.count ?? 0) + 4) | 1 }
}
