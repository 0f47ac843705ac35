import CairnModel

/// A graph of steps that do nothing, of which a benchmark runs many.
struct BenchShape: Sendable {
    struct Step: Sendable {
        var name: String
        var dependsOn: [String] = []
    }

    /// As it is reported, such as `linear-4`.
    var name: String
    var steps: [Step]

    /// The name of its template.
    var templateName: String { name.replacing("-", with: "_") }

    var template: JSON {
        let steps = steps.map { step -> JSON in
            [
                "name": .string(step.name), "handler": "cairn.echo",
                "depends_on": .array(step.dependsOn.map { .string($0) }),
            ]
        }
        return [
            "namespace": .string(Self.namespace), "name": .string(templateName), "version": "1.0.0",
            "description": "Steps that do nothing", "steps": .array(steps),
        ]
    }

    static let namespace = "bench"

    /// How many tasks make about so many steps; at least one.
    func tasks(forSteps wanted: Int) -> Int { max(1, wanted / steps.count) }
}

extension BenchShape {
    /// The one that the floor is found with.
    static let linear4 = linear(4)

    static let all: [BenchShape] = [
        linear4,
        BenchShape(
            name: "diamond-4",
            steps: [
                Step(name: "a"), Step(name: "b", dependsOn: ["a"]), Step(name: "c", dependsOn: ["a"]),
                Step(name: "d", dependsOn: ["b", "c"]),
            ]),
        BenchShape(
            name: "dag-7",
            steps: [
                Step(name: "a"), Step(name: "b", dependsOn: ["a"]), Step(name: "c", dependsOn: ["a"]),
                Step(name: "d", dependsOn: ["b"]), Step(name: "e", dependsOn: ["b", "c"]),
                Step(name: "f", dependsOn: ["c"]), Step(name: "g", dependsOn: ["d", "e", "f"]),
            ]),
        BenchShape(
            name: "tree-8",
            steps: [
                Step(name: "a"), Step(name: "b", dependsOn: ["a"]), Step(name: "c", dependsOn: ["a"]),
                Step(name: "d", dependsOn: ["b"]), Step(name: "e", dependsOn: ["b"]), Step(name: "f", dependsOn: ["c"]),
                Step(name: "g", dependsOn: ["c"]), Step(name: "h", dependsOn: ["d", "e", "f", "g"]),
            ]),
        BenchShape(
            name: "fanout-100",
            steps: [Step(name: "split")] + (1...100).map { Step(name: "part_\($0)", dependsOn: ["split"]) }
                + [Step(name: "join", dependsOn: (1...100).map { "part_\($0)" })]),
        BenchShape(name: "wide-10000", steps: (1...10_000).map { Step(name: "part_\($0)") }),
        BenchShape(name: "single", steps: [Step(name: "a")]),
        linear(40),
    ]

    static func named(_ name: String) -> BenchShape? { all.first { $0.name == name } }

    private static func linear(_ count: Int) -> BenchShape {
        BenchShape(
            name: "linear-\(count)",
            steps: (1...count).map { Step(name: "s\($0)", dependsOn: $0 == 1 ? [] : ["s\($0 - 1)"]) })
    }
}
