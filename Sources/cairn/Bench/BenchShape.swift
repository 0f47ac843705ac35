import CairnClient
import CairnModel

/// A graph of steps that do nothing, of which a benchmark runs many.
struct BenchShape: Sendable {
    struct Step: Sendable {
        var name: String
        var dependsOn: [String] = []
        var handler = "cairn.echo"
        var config: JSON?
    }

    /// As it is reported, such as `linear-4`.
    var name: String
    var steps: [Step]

    /// The name of its template.
    var templateName: String { name.replacing("-", with: "_") }

    /// Each step gets the number that the one before it returned, and returns it: data flows through the graph, and a
    /// result is as large in a long chain as in a short one.
    func template(namespace: String = Self.namespace) -> JSON {
        let steps = steps.map { step -> JSON in
            var object = JSONObject()
            object["name"] = .string(step.name)
            object["handler"] = .string(step.handler)
            object["depends_on"] = .array(step.dependsOn.map { .string($0) })
            object["input"] = ["n": .string(step.dependsOn.first.map { "$.results.\($0).n" } ?? "$.context.n")]
            if let config = step.config { object["config"] = config }
            return .object(object)
        }
        return [
            "namespace": .string(namespace), "name": .string(templateName), "version": "1.0.0",
            "description": "Steps of a benchmark", "steps": .array(steps),
        ]
    }

    /// A task of it, with the number that its steps pass on.
    func submission(namespace: String = Self.namespace) -> Submission {
        Submission(namespace: namespace, template: templateName, context: ["n": 1])
    }

    static let namespace = "bench"
    /// Where tasks are submitted to that nobody is to work on.
    static let submitNamespace = "bench_submit"

    /// How many tasks make about so many steps; at least one.
    func tasks(forSteps wanted: Int) -> Int { max(1, wanted / steps.count) }
}

extension BenchShape {
    /// The one that the floor is found with.
    static let linear4 = linear(4)

    /// The one that is submitted over and over, and the one whose start is waited for.
    static let submitted = single
    static let single = BenchShape(name: "single", steps: [Step(name: "a")])

    /// One step of 20 ms.
    static let sleeping = BenchShape(
        name: "sleep-20", steps: [Step(name: "a", handler: "cairn.sleep", config: ["for": "20ms"])])

    /// The one that is compiled over and over.
    static let tree8 = BenchShape(
        name: "tree-8",
        steps: [
            Step(name: "a"), Step(name: "b", dependsOn: ["a"]), Step(name: "c", dependsOn: ["a"]),
            Step(name: "d", dependsOn: ["b"]), Step(name: "e", dependsOn: ["b"]), Step(name: "f", dependsOn: ["c"]),
            Step(name: "g", dependsOn: ["c"]), Step(name: "h", dependsOn: ["d", "e", "f", "g"]),
        ])

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
        tree8,
        BenchShape(
            name: "fanout-100",
            steps: [Step(name: "split")] + (1...100).map { Step(name: "part_\($0)", dependsOn: ["split"]) }
                + [Step(name: "join", dependsOn: (1...100).map { "part_\($0)" })]),
        BenchShape(name: "wide-10000", steps: (1...10_000).map { Step(name: "part_\($0)") }),
        single,
        linear(40),
    ]

    static func named(_ name: String) -> BenchShape? { all.first { $0.name == name } }

    private static func linear(_ count: Int) -> BenchShape {
        BenchShape(
            name: "linear-\(count)",
            steps: (1...count).map { Step(name: "s\($0)", dependsOn: $0 == 1 ? [] : ["s\($0 - 1)"]) })
    }
}
