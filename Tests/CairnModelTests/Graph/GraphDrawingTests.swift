import CairnModel
import Testing

@Suite("A drawing")
struct GraphDrawingTests {
    private func example(_ name: String) throws -> GraphDrawing {
        GraphDrawing(try #require(Template.decode(try Repository.read("Templates/example/\(name).json")).template))
    }

    @Test("of a diamond in a terminal")
    func diamond() throws {
        let expected = """
                       ╭─────────╮
                       │ prepare │
                       ╰────┬────╯
                   ┌────────┴─────────┐
                   ▼                  ▼
            ╭─────────────╮   ╭───────────────╮
            │ left_branch │   │ right_branch  │
            ╰──────┬──────╯   ╰───────┬───────╯
                   └────────┬─────────┘
                            ▼
                        ╭───────╮
                        │ join  │
                        ╰───────╯

            """
        #expect(try example("diamond_workflow").terminal() == expected)
    }

    @Test("of a workflow with a short cut, in ASCII")
    func mixed() throws {
        let expected = """
                                +-------+
                                | init  |
                                +---+---+
                   +----------------+-+-----------+
                   v                  v           |
            +-------------+   +---------------+   |
            | check_stock |   | check_credit  |   |
            +------+------+   +-------+-------+   |
                   +----+-----------+ |        +--+
                        v           v v        |
                   +---------+   +---------+   |
                   | reserve |   | approve |   |
                   +----+----+   +----+----+   |
                        +----+        |        |
                             |        v        |
                             |   +---------+   |
                             |   | charge  |   |
                             |   +----+----+   |
                             +--------+--------+
                                      v
                                 +---------+
                                 | finish  |
                                 +---------+

            """
        #expect(try example("mixed_dag_workflow").terminal(TerminalStyle(isASCII: true)) == expected)
    }

    @Test("of a task shows states and colours them")
    func states() {
        let drawing = GraphDrawing([
            GraphNode(name: "a", state: .complete, label: "complete 12ms"),
            GraphNode(name: "b", dependsOn: ["a", "a", "gone", "b"], state: .waitingForRetry),
        ])
        let text = drawing.terminal(TerminalStyle { node, text in "<\(node.name)>\(text)</>" })
        #expect(text.contains("│ <a>complete 12ms</> │"))
        #expect(text.contains("│ <b>waiting_for_retry</> │"))
        #expect(drawing.mermaid.contains("n1[\"b<br/>waiting_for_retry\"]:::waiting_for_retry"))
        #expect(drawing.json["edges"] == [["from": "a", "to": "b"]])
    }

    @Test("for Mermaid and Graphviz has every edge, and escapes what labels contain")
    func texts() throws {
        let tree = try example("tree_workflow")
        #expect(tree.mermaid.split(separator: " --> ").count == 11)
        #expect(tree.dot.split(separator: " -> ").count == 11)
        let odd = GraphDrawing([GraphNode(name: "a", label: "x \"<b>\" \\ #1 & ok")])
        #expect(odd.mermaid.contains("a<br/>x #quot;#lt;b#gt;#quot; \\ #35;1 #amp; ok"))
        #expect(odd.dot.contains("label=\"a\\nx \\\"<b>\\\" \\\\ #1 & ok\""))
    }

    @Test("of nothing is nothing")
    func empty() {
        #expect(GraphDrawing([]).terminal() == "")
        #expect(GraphDrawing([]).json == ["nodes": [], "edges": []])
    }
}
