extension DependencyGraph {
    /// The cycles to report: for every group of nodes that all wait for each other, a shortest cycle through its first
    /// node that is on one. Nodes that wait for themselves do not count.
    package var cycles: [[Int]] {
        components.filter { $0.count > 1 }.compactMap { group in
            guard let first = group.min() else { return nil }
            return shortestCycle(through: first, within: Set(group))
        }.sorted { $0[0] < $1[0] }
    }

    /// A shortest way along dependencies from `start` back to `start`, inside `group`.
    private func shortestCycle(through start: Int, within group: Set<Int>) -> [Int]? {
        var cameFrom: [Int: Int] = [:]
        var queue = [start]
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for next in dependencies[node] where next != node && group.contains(next) {
                if next == start {
                    var way = [node]
                    while let last = way.last, last != start, let before = cameFrom[last] { way.append(before) }
                    return way.reversed()
                }
                if cameFrom[next] == nil {
                    cameFrom[next] = node
                    queue.append(next)
                }
            }
        }
        return nil
    }

    /// The strongly connected components (Kosaraju's two passes, each with its own stack).
    private var components: [[Int]] {
        var component = Array(repeating: -1, count: dependencies.count)
        var groups: [[Int]] = []
        for start in finishingOrder.reversed() where component[start] < 0 {
            var group: [Int] = []
            var open = [start]
            component[start] = groups.count
            while let node = open.popLast() {
                group.append(node)
                for next in dependents[node] where component[next] < 0 {
                    component[next] = groups.count
                    open.append(next)
                }
            }
            groups.append(group)
        }
        return groups
    }

    /// The nodes in the order in which a depth-first walk along dependencies leaves them.
    private var finishingOrder: [Int] {
        var seen = Array(repeating: false, count: dependencies.count)
        var order: [Int] = []
        for start in dependencies.indices where !seen[start] {
            var stack = [(node: start, next: 0)]
            seen[start] = true
            while let top = stack.last {
                guard top.next < dependencies[top.node].count else {
                    order.append(top.node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let next = dependencies[top.node][top.next]
                if !seen[next] {
                    seen[next] = true
                    stack.append((next, 0))
                }
            }
        }
        return order
    }
}
