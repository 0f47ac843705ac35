/// Which nodes must have finished before which, for all pairs: one bit each, filled in topological order. For ten
/// thousand nodes that is 12 MB and a few milliseconds, where a search for every question would take seconds.
package struct AncestorTable: Sendable {
    private let wordsPerNode: Int
    private var bits: [UInt64]
    private var isOrdered: [Bool]

    /// Fills the table.
    package init(_ graph: DependencyGraph) {
        let count = graph.dependencies.count
        wordsPerNode = (count + 63) / 64
        bits = Array(repeating: 0, count: count * wordsPerNode)
        isOrdered = Array(repeating: false, count: count)
        for node in graph.topologicalOrder {
            isOrdered[node] = true
            for dependency in graph.dependencies[node] {
                for word in 0..<wordsPerNode {
                    bits[node * wordsPerNode + word] |= bits[dependency * wordsPerNode + word]
                }
                bits[node * wordsPerNode + dependency / 64] |= 1 << UInt64(dependency % 64)
            }
        }
    }

    /// Whether `ancestor` must have finished before `node` can begin. A node on a cycle, or behind one, can never begin:
    /// for it everything counts as an ancestor.
    package func contains(_ ancestor: Int, above node: Int) -> Bool {
        guard isOrdered[node] else { return true }
        return bits[node * wordsPerNode + ancestor / 64] >> UInt64(ancestor % 64) & 1 == 1
    }
}
