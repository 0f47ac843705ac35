/// Edges between two layers that share one horizontal line: every source leads to every target.
struct EdgeBundle {
    /// Columns of the vertices above.
    var sources: [Int]
    /// Columns at which it enters the vertices below.
    var targets: [Int]
    /// Those of ``targets`` that are boxes.
    var arrows: Set<Int> = []
    /// The row of its horizontal line; `nil` when source and target stand below each other.
    var track: Int?

    var isStraight: Bool { sources == targets && sources.count == 1 }

    /// The columns its horizontal line covers.
    var span: ClosedRange<Int> {
        let columns = sources + targets
        return (columns.min() ?? 0)...(columns.max() ?? 0)
    }

    /// The bundles between a layer and the next, each with a row for its line, and how many rows that takes.
    static func route(_ layer: [Int], _ graph: LayeredGraph, _ layout: ColumnLayout) -> (
        bundles: [EdgeBundle], rows: Int
    ) {
        var groups: [(children: [Int], bundle: EdgeBundle)] = []
        for vertex in layer where !graph.vertices[vertex].children.isEmpty {
            let children = graph.vertices[vertex].children.sorted()
            if let index = groups.firstIndex(where: { $0.children == children }) {
                groups[index].bundle.sources.append(layout.centres[vertex])
            } else {
                groups.append((children, EdgeBundle(sources: [layout.centres[vertex]], targets: [])))
            }
        }
        for child in Set(groups.flatMap(\.children)).sorted() {
            let entering = groups.indices.filter { groups[$0].children.contains(child) }
            let ports = layout.ports(of: child, for: entering.map { groups[$0].bundle.sources })
            for (index, port) in zip(entering, ports) {
                groups[index].bundle.targets.append(port)
                if graph.vertices[child].node != nil { groups[index].bundle.arrows.insert(port) }
            }
        }
        var bundles = groups.map(\.bundle)
        let rows = assignTracks(&bundles)
        return (bundles, rows)
    }

    /// Gives each bundle the first row where its line has room. A line whose source stands above another line's target
    /// must lie above that line, or their verticals would run into each other.
    private static func assignTracks(_ bundles: inout [EdgeBundle]) -> Int {
        var rows = 0
        var open = bundles.indices.filter { !bundles[$0].isStraight }
        while !open.isEmpty {
            let next = open.first { candidate in
                !open.contains { $0 != candidate && bundles[$0].mustLieAbove(bundles[candidate]) }
            }
            let index = next ?? open[0]
            open.removeAll { $0 == index }
            var track = 0
            for other in bundles where other.mustLieAbove(bundles[index]) {
                track = max(track, (other.track ?? -1) + 1)
            }
            while bundles.contains(where: { $0.track == track && $0.isNear(bundles[index]) }) { track += 1 }
            bundles[index].track = track
            rows = max(rows, track + 1)
        }
        return rows
    }

    private func mustLieAbove(_ other: EdgeBundle) -> Bool { sources.contains { other.targets.contains($0) } }

    private func isNear(_ other: EdgeBundle) -> Bool {
        span.lowerBound - 1 <= other.span.upperBound && other.span.lowerBound - 1 <= span.upperBound
    }
}
