import CairnModel
import TestSupport
import Testing

@Suite("A random graph")
struct RandomGraphTests {
    /// Edges that lead from later to earlier places of a hidden order, so that there is no cycle.
    private func acyclic(_ count: Int, using random: inout SeededRandom) -> [[Int]] {
        let order = (0..<count).shuffled(using: &random)
        var edges = Array(repeating: [Int](), count: count)
        for place in 1..<max(count, 1) where place < count {
            let number = Int.random(in: 0...min(place, 4), using: &random)
            edges[order[place]] = Array(order[..<place].shuffled(using: &random).prefix(number))
        }
        return edges
    }

    @Test("without cycles is ordered so that each node comes after all it waits for", arguments: SeededRandom.seeds(20))
    func isOrdered(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<5 {
            let count = Int.random(in: 1...60, using: &random)
            let graph = DependencyGraph(dependencies: acyclic(count, using: &random))
            let order = graph.topologicalOrder
            #expect(order.sorted() == Array(0..<count), "seed \(seed)")
            #expect(graph.cycles.isEmpty, "seed \(seed)")
            var place = Array(repeating: 0, count: count)
            for (index, node) in order.enumerated() { place[node] = index }
            let table = AncestorTable(graph)
            for node in 0..<count {
                let ancestors = (0..<count).filter { table.contains($0, above: node) }
                #expect(Set(ancestors) == graph.ancestors(of: node), "seed \(seed)")
                #expect(graph.dependencies[node].allSatisfy { place[$0] < place[node] }, "seed \(seed)")
                #expect(graph.ancestors(of: node).allSatisfy { place[$0] < place[node] }, "seed \(seed)")
            }
        }
    }

    @Test("has cycles reported if and only if it has some, and each is one", arguments: SeededRandom.seeds(20))
    func hasCycles(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20 {
            let count = Int.random(in: 2...40, using: &random)
            let edges = (0..<count).map { node in
                Array(
                    (0..<count).filter { $0 != node }.shuffled(using: &random).prefix(
                        Int.random(in: 0...2, using: &random)))
            }
            let graph = DependencyGraph(dependencies: edges)
            let cycles = graph.cycles
            #expect(cycles.isEmpty == (graph.topologicalOrder.count == count), "seed \(seed)")
            for cycle in cycles {
                #expect(Set(cycle).count == cycle.count, "seed \(seed)")
                for (node, next) in zip(cycle, cycle.dropFirst() + cycle.prefix(1)) {
                    #expect(edges[node].contains(next), "seed \(seed)")
                }
            }
        }
    }

    @Test(
        "as a template is accepted and compiled, with every dependency from lower to higher numbers",
        arguments: SeededRandom.seeds(5))
    func compiles(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let edges = acyclic(60, using: &random)
        let steps = edges.enumerated().map { index, dependencies in
            let names = dependencies.map { "\"s\($0)\"" }.joined(separator: ",")
            return "{\"name\":\"s\(index)\",\"handler\":\"h\",\"depends_on\":[\(names)]}"
        }
        let decoding = Template.decode(TemplateText.with(steps: steps.joined(separator: ",")))
        let compiled = try #require(decoding.template, "seed \(seed)").compiled()
        for step in compiled.steps {
            #expect(step.dependsOn.allSatisfy { $0 < step.number }, "seed \(seed)")
            #expect(step.dependents.allSatisfy { $0 > step.number }, "seed \(seed)")
            for dependent in step.dependents { #expect(compiled.steps[dependent - 1].dependsOn.contains(step.number)) }
        }
    }

    @Test("is drawn without a crash, each name once, the same every time", arguments: SeededRandom.seeds(10))
    func isDrawn(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<4 {
            let edges = acyclic(Int.random(in: 1...20, using: &random), using: &random)
            let nodes = edges.enumerated().map { GraphNode(name: "step_\($0)_", dependsOn: $1.map { "step_\($0)_" }) }
            let text = GraphDrawing(nodes).terminal()
            #expect(text == GraphDrawing(nodes).terminal(), "seed \(seed)")
            for node in nodes { #expect(text.split(separator: node.name, omittingEmptySubsequences: false).count == 2) }
            #expect(GraphDrawing(nodes).terminal(TerminalStyle(isASCII: true)).utf8.allSatisfy { $0 < 0x80 })
        }
    }

    @Test("of ten thousand nodes in a row is handled without recursion")
    func isLong() {
        let chain = (0..<10_000).map { $0 == 0 ? [9_999] : [$0 - 1] }
        let graph = DependencyGraph(dependencies: chain)
        #expect(graph.cycles.map(\.count) == [10_000])
        #expect(graph.topologicalOrder.isEmpty)
    }
}
