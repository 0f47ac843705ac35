/// Gives every vertex of a layered graph a column for its centre, so that edges are straight where they can be.
struct ColumnLayout {
    /// Columns between two boxes.
    static let gap = 3
    private let graph: LayeredGraph
    /// For each vertex, how many columns lie left and right of its centre.
    private let halves: [Int]
    /// For each vertex, the column of its centre.
    private(set) var centres: [Int]

    /// A layout for vertices of the given widths (odd numbers).
    init(_ graph: LayeredGraph, widths: [Int]) {
        self.graph = graph
        halves = widths.map { $0 / 2 }
        centres = []
        var places = Array(repeating: 0.0, count: widths.count)
        for layer in graph.layers { place(layer, in: &places) { _ in [] } }
        for _ in 0..<6 {
            for layer in graph.layers.dropFirst() { place(layer, in: &places, around: \.parents) }
            for layer in graph.layers.dropLast().reversed() { place(layer, in: &places, around: \.children) }
        }
        centres = places.map { Int(($0 * 2).rounded(.down) / 2) }
        for layer in graph.layers { separate(layer) }
        for _ in 0..<graph.layers.count { straighten() }
        let left = zip(centres, halves).map { $0 - $1 }.min() ?? 0
        centres = centres.map { $0 - left }
    }

    /// The columns at which bundles with these sources enter a vertex, so that each has its own arrow: straight ones in
    /// the middle, the others beside it on the side they come from. Where a box is too narrow they share.
    func ports(of vertex: Int, for bundles: [[Int]]) -> [Int] {
        let centre = centres[vertex]
        let means = bundles.map { Double($0.reduce(0, +)) / Double(max($0.count, 1)) }
        let order = bundles.indices.sorted { (means[$0], $0) < (means[$1], $1) }
        let middle = order.firstIndex { bundles[$0] == [centre] } ?? order.count / 2
        let shift = order.count.isMultiple(of: 2) && !bundles.contains([centre]) ? 1 : 0
        let room = max(halves[vertex] - 1, 0)
        var ports = Array(repeating: centre, count: bundles.count)
        for (place, bundle) in order.enumerated() {
            ports[bundle] = centre + min(max((place - middle) * 2 + shift, -room), room)
        }
        return ports
    }

    private func distance(_ left: Int, _ right: Int) -> Int { halves[left] + halves[right] + 1 + ColumnLayout.gap }

    /// Moves the vertices of a layer as near as they can get to the mean of their neighbours (least squares, keeping
    /// order and distances: isotonic regression by pooling).
    private func place(
        _ layer: [Int], in places: inout [Double], around neighbours: (LayeredGraph.Vertex) -> [Int]
    ) {
        var offset = 0.0
        var blocks: [(sum: Double, count: Double, vertices: [(vertex: Int, offset: Double)])] = []
        for (index, vertex) in layer.enumerated() {
            if index > 0 { offset += Double(distance(layer[index - 1], vertex)) }
            let around = neighbours(graph.vertices[vertex])
            let wish = around.isEmpty ? places[vertex] : around.map { places[$0] }.reduce(0, +) / Double(around.count)
            let weight = graph.vertices[vertex].node == nil ? 4.0 : 1.0
            blocks.append(((wish - offset) * weight, weight, [(vertex, offset)]))
            while blocks.count > 1, let last = blocks.last {
                let before = blocks[blocks.count - 2]
                guard before.sum / before.count > last.sum / last.count else { break }
                blocks.removeLast()
                blocks[blocks.count - 1] = (
                    before.sum + last.sum, before.count + last.count, before.vertices + last.vertices
                )
            }
        }
        for block in blocks {
            for item in block.vertices { places[item.vertex] = block.sum / block.count + item.offset }
        }
    }

    /// Restores the distances that rounding may have cost.
    private mutating func separate(_ layer: [Int]) {
        for (left, right) in zip(layer, layer.dropFirst()) {
            centres[right] = max(centres[right], centres[left] + distance(left, right))
        }
    }

    /// Takes out jogs of a column or two where a vertex has one neighbour above or below and room to move.
    private mutating func straighten() {
        for layer in graph.layers {
            for (place, vertex) in layer.enumerated() {
                let around = graph.vertices[vertex]
                for neighbours in [around.parents, around.children] where neighbours.count == 1 {
                    let wish = centres[neighbours[0]]
                    guard wish != centres[vertex], abs(wish - centres[vertex]) <= 2 else { continue }
                    let left = place == 0 || wish - centres[layer[place - 1]] >= distance(layer[place - 1], vertex)
                    let right =
                        place == layer.count - 1
                        || centres[layer[place + 1]] - wish >= distance(vertex, layer[place + 1])
                    if left, right { centres[vertex] = wish }
                    break
                }
            }
        }
    }
}
