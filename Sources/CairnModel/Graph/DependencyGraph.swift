/// Which node waits for which, by index; pure graph questions, nothing of templates. No recursion: chains may be long.
package struct DependencyGraph: Sendable {
    /// For each node, the nodes it waits for, without repetitions.
    package let dependencies: [[Int]]
    /// For each node, the nodes that wait for it, ascending.
    package let dependents: [[Int]]

    /// A graph of `dependencies.count` nodes.
    package init(dependencies: [[Int]]) {
        self.dependencies = dependencies
        var dependents = Array(repeating: [Int](), count: dependencies.count)
        for (node, waitsFor) in dependencies.enumerated() {
            for dependency in waitsFor { dependents[dependency].append(node) }
        }
        self.dependents = dependents
    }

    /// The nodes in an order in which each comes after all it waits for; of several possible ones always the first in
    /// the original order. Nodes on a cycle, and those that wait for one, are missing.
    package var topologicalOrder: [Int] {
        var waiting = dependencies.map(\.count)
        var ready = MinHeap()
        for node in waiting.indices where waiting[node] == 0 { ready.insert(node) }
        var order: [Int] = []
        while let node = ready.popMin() {
            order.append(node)
            for dependent in dependents[node] {
                waiting[dependent] -= 1
                if waiting[dependent] == 0 { ready.insert(dependent) }
            }
        }
        return order
    }

    /// All nodes that must have finished before `node` can begin.
    package func ancestors(of node: Int) -> Set<Int> {
        var seen = Array(repeating: false, count: dependencies.count)
        var found: Set<Int> = []
        var open = dependencies[node]
        while let next = open.popLast() {
            if seen[next] { continue }
            seen[next] = true
            found.insert(next)
            open += dependencies[next]
        }
        return found
    }
}
