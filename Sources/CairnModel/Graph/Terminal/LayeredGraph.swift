/// A graph in layers: every edge leads from one layer to the next. An edge that spans several layers passes through a
/// *bend* in each layer between; edges from one node share their bends, so that they run together as long as they can.
struct LayeredGraph {
    /// A box (with its place in the drawing) or a bend of a long edge.
    struct Vertex {
        /// The node's place; `nil` for a bend.
        var node: Int?
        var layer: Int
        /// The vertices of the next layer it leads to.
        var children: [Int] = []
        /// The vertices of the layer before that lead to it.
        var parents: [Int] = []
    }

    private struct Bend: Hashable {
        var source: Int
        var layer: Int
    }

    private(set) var vertices: [Vertex] = []
    /// The vertices of each layer, from left to right.
    var layers: [[Int]] = []
    private var bends: [Bend: Int] = [:]

    /// Puts each node one layer below the lowest node it waits for. Nodes on a cycle are left out.
    init(_ drawing: GraphDrawing, reducesCrossings: Bool = true) {
        let order = DependencyGraph(dependencies: drawing.edges).topologicalOrder
        var vertexOf: [Int: Int] = [:]
        for node in order {
            let above = drawing.edges[node].compactMap { vertexOf[$0] }.map { vertices[$0].layer }
            vertexOf[node] = addVertex(node: node, layer: (above.max() ?? -1) + 1)
        }
        for node in order {
            for dependency in drawing.edges[node] {
                if let source = vertexOf[dependency], let target = vertexOf[node] { connect(source, target) }
            }
        }
        if reducesCrossings { reduceCrossings() }
    }

    private mutating func addVertex(node: Int?, layer: Int) -> Int {
        while layers.count <= layer { layers.append([]) }
        vertices.append(Vertex(node: node, layer: layer))
        layers[layer].append(vertices.count - 1)
        return vertices.count - 1
    }

    private mutating func connect(_ source: Int, _ target: Int) {
        var last = source
        for layer in vertices[source].layer + 1..<vertices[target].layer {
            let key = Bend(source: source, layer: layer)
            if let bend = bends[key] {
                last = bend
            } else {
                let bend = addVertex(node: nil, layer: layer)
                bends[key] = bend
                link(last, bend)
                last = bend
            }
        }
        link(last, target)
    }

    private mutating func link(_ parent: Int, _ child: Int) {
        vertices[parent].children.append(child)
        vertices[child].parents.append(parent)
    }
}
