extension LayeredGraph {
    /// Orders each layer by the mean place of its neighbours, downwards and upwards in turn, and keeps the order with the
    /// fewest crossings.
    mutating func reduceCrossings() {
        var best = layers
        var fewest = crossings
        for round in 0..<12 where fewest > 0 {
            let downwards = round.isMultiple(of: 2)
            for layer in downwards ? Array(layers.indices) : layers.indices.reversed() {
                sort(layer) { downwards ? $0.parents : $0.children }
            }
            if crossings < fewest { (best, fewest) = (layers, crossings) }
        }
        layers = best
    }

    private mutating func sort(_ layer: Int, by neighbours: (Vertex) -> [Int]) {
        let places = placesInLayers
        let keyed = layers[layer].enumerated().map { place, vertex -> (key: Double, place: Int, vertex: Int) in
            let around = neighbours(vertices[vertex]).map { places[$0] }
            let mean = around.isEmpty ? Double(place) : Double(around.reduce(0, +)) / Double(around.count)
            return (mean, place, vertex)
        }
        layers[layer] = keyed.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.map(\.vertex)
    }

    private var placesInLayers: [Int] {
        var places = Array(repeating: 0, count: vertices.count)
        for layer in layers { for (place, vertex) in layer.enumerated() { places[vertex] = place } }
        return places
    }

    /// How many pairs of edges cross.
    private var crossings: Int {
        let places = placesInLayers
        return layers.reduce(0) { total, layer in
            let edges = layer.flatMap { vertex in vertices[vertex].children.map { (places[vertex], places[$0]) } }
            return edges.indices.reduce(total) { total, index in
                edges[..<index].reduce(total) { total, other in
                    (other.0 - edges[index].0) * (other.1 - edges[index].1) < 0 ? total + 1 : total
                }
            }
        }
    }
}
