extension GraphDrawing {
    /// A Mermaid flowchart, as Markdown renderers draw it.
    package var mermaid: String {
        var lines = ["flowchart TD"]
        for (index, node) in nodes.enumerated() {
            let text = ([node.name] + (node.secondLine.map { [$0] } ?? [])).map(GraphDrawing.mermaidText)
            let style = node.state.map { ":::\($0.rawValue)" } ?? ""
            lines.append("    n\(index)[\"\(text.joined(separator: "<br/>"))\"]\(style)")
        }
        for (index, dependencies) in edges.enumerated() {
            for dependency in dependencies { lines.append("    n\(dependency) --> n\(index)") }
        }
        let used = Set(nodes.compactMap(\.state))
        for state in StepState.allCases where used.contains(state) {
            lines.append("    classDef \(state.rawValue) fill:\(state.fill),stroke:#555,color:#111")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func mermaidText(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"": result += "#quot;"
            case "#": result += "#35;"
            case "<": result += "#lt;"
            case ">": result += "#gt;"
            case "&": result += "#amp;"
            case "\n", "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// A Graphviz digraph.
    package var dot: String {
        var lines = [
            "digraph cairn {", "    rankdir=TB;", "    node [shape=box, style=\"rounded,filled\", fillcolor=white];",
        ]
        for (index, node) in nodes.enumerated() {
            let text = ([node.name] + (node.secondLine.map { [$0] } ?? [])).map(GraphDrawing.dotText)
            let fill = node.state.map { ", fillcolor=\"\($0.fill)\"" } ?? ""
            lines.append("    n\(index) [label=\"\(text.joined(separator: "\\n"))\"\(fill)];")
        }
        for (index, dependencies) in edges.enumerated() {
            for dependency in dependencies { lines.append("    n\(dependency) -> n\(index);") }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private static func dotText(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n", "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// `{nodes: [{name, state, label}], edges: [{from, to}]}`; an edge leads from a step to one that waits for it.
    package var json: JSON {
        let boxes = nodes.map { node -> JSON in
            ["name": .string(node.name), "state": JSON(node.state?.rawValue), "label": JSON(node.label)]
        }
        let arrows = edges.enumerated().flatMap { index, dependencies in
            dependencies.map { dependency -> JSON in
                ["from": .string(nodes[dependency].name), "to": .string(nodes[index].name)]
            }
        }
        return ["nodes": .array(boxes), "edges": .array(arrows)]
    }
}

extension StepState {
    /// The colour of a box in this state.
    fileprivate var fill: String {
        switch self {
        case .complete: "#b7e4c7"
        case .resolvedManually: "#cdeac0"
        case .inProgress: "#ffe08a"
        case .enqueued, .enqueuedForOrchestration: "#fff3c4"
        case .waitingForRetry, .enqueuedAsErrorForOrchestration: "#ffd6a5"
        case .error: "#ffadad"
        case .cancelled, .skipped: "#e0e0e0"
        case .pending: "#ffffff"
        }
    }
}
