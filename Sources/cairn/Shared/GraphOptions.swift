import ArgumentParser
import CairnModel

/// How to draw a graph.
struct GraphOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case terminal
        case mermaid
        case dot
        case json
    }

    @Option(help: "How to draw it (default: for the terminal; Mermaid when piped).")
    var format: Format?

    /// Prints the drawing.
    func show(_ graph: GraphDrawing, _ printer: Printer) {
        switch printer.isJSON ? .json : format ?? (Terminal.isInteractive ? .terminal : .mermaid) {
        case .mermaid: Streams.out(graph.mermaid)
        case .dot: Streams.out(graph.dot)
        case .json: Streams.json(graph.json)
        case .terminal:
            if fits(graph, printer.width) {
                Streams.out(terminal(graph, printer.style))
            } else {
                printer.show(GraphList(graph: graph).lines(width: printer.width))
            }
        }
    }

    /// The most steps that are drawn: nobody can read more, and finding places for them takes long.
    static let mostBoxes = 500

    /// Whether a drawing fits into a terminal: one that is wrapped cannot be read.
    private func fits(_ graph: GraphDrawing, _ width: Int) -> Bool {
        guard graph.nodes.count <= Self.mostBoxes else { return false }
        guard width < .max else { return true }
        guard graph.leastWidth <= width else { return false }
        return graph.terminal().split(separator: "\n").allSatisfy { displayWidth(String($0)) <= width }
    }

    private func terminal(_ graph: GraphDrawing, _ style: Style) -> String {
        graph.terminal(
            TerminalStyle { node, text in
                style.apply(node.state.map { StateLook(step: $0).colour } ?? .plain, text)
            })
    }
}
