import CairnClient
import CairnModel
import Foundation

/// What to do next, once everything runs.
struct UpBanner {
    let plan: UpPlan
    let databaseURL: String
    let sample: TaskObject?
    /// Whether the example shop was started.
    let hasShop: Bool
    /// How to call this program in the project's root.
    let program: String

    init(plan: UpPlan, databaseURL: String, sample: TaskObject?, hasShop: Bool, program: String? = nil) {
        self.plan = plan
        self.databaseURL = databaseURL
        self.sample = sample
        self.hasShop = hasShop
        self.program = program ?? Programs.name(in: plan.project.root)
    }

    func show(_ output: UpOutput) {
        // Not cut to the terminal's width: these lines are there to be copied.
        if output.printer.isJSON { return Streams.line(json.text) }
        for line in lines { Streams.line(line.text(output.printer.style)) }
    }

    /// What the report's last step says it has written.
    private var report: [(String, String)] {
        let result = sample?.steps.first { $0.name == "write_report" }?.result
        return ["html", "markdown", "chart"].compactMap { name in (result?[name]?.stringValue).map { (name, $0) } }
    }

    private var json: JSON {
        .object([
            "server": .string(plan.server), "database_url": .string(databaseURL), "logs": .string(plan.project.logs),
            "sample_task_id": sample.map { JSON($0.id) } ?? .null, "sample_state": JSON(sample?.stateName),
            "report": .object(JSONObject(report.map { .init(name: $0.0, value: .string($0.1)) })),
        ])
    }

    var lines: [Line] {
        var lines: [Line] = []
        func add(_ name: String, _ value: String) {
            lines.append(
                Line([Span("  " + name + String(repeating: " ", count: max(1, 10 - name.count)), .dim), Span(value)]))
        }
        let cairn = Self.quoted(program)
        // Called in the project's root, it finds the project's own data by itself, and with that the server.
        let isOwn = plan.project.data == plan.project.root + "/.cairn"
        let at = isOwn ? "" : " --server \(plan.server)"
        let data = isOwn ? "" : " --data \(Self.quoted(plan.project.data))"
        lines.append(
            Line([
                Span("Cairn is up", .bold),
                Span(plan.sample == .only ? "" : ". Ctrl-C stops everything; the data stays."),
            ]))
        add("API", plan.server)
        add("OpenAPI", plan.server + "/openapi.json")
        for (name, path) in report { add(name == "html" ? "report" : name, path) }
        add("logs", plan.project.logs)
        add("psql", "\(cairn) psql\(data)")
        if plan.sample == .only { return lines }
        lines += [Line(), Line("Next, in another terminal:", .bold)]
        lines.append(Line("  cd \(Self.quoted(plan.project.root))"))
        if let sample { lines.append(Line("  \(cairn) task show \(sample.id)\(at)")) }
        if plan.project.namespaces.contains("example") {
            lines.append(Line("  \(cairn) task submit example diamond_workflow --wait\(at)"))
        }
        // What would fail is not proposed.
        if hasShop, plan.project.namespaces.contains("commerce"), plan.templatesThatMissTheShop.isEmpty {
            let order =
                #"{"order_id":"A-1","customer_email":"ann@example.com","items":[{"sku":"tea","quantity":2,"unit_price":4.5}]}"#
            lines.append(Line("  \(cairn) task submit commerce order_fulfillment --wait\(at) --context '\(order)'"))
        }
        lines.append(Line("  \(cairn) task list\(at)"))
        lines.append(Line("  \(cairn) psql\(data) -c 'select * from tasks'"))
        return lines
    }

    /// Text as a shell takes it as one word.
    static func quoted(_ text: String) -> String {
        let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+:@%".contains($0)) }
        return plain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
