import CairnModel
import Testing

@Suite("The state machines")
struct StatesTests {
    private static func machine(_ name: String) throws -> JSON {
        try #require(try JSON.parse(Repository.read("docs/state-machines.json"))[name])
    }

    private static func strings(_ value: JSON?) -> [String] { value?.arrayValue?.compactMap(\.stringValue) ?? [] }

    private static func events(_ machine: JSON) -> Set<String> {
        Set((machine["transitions"]?.arrayValue ?? []).compactMap { $0["event"]?.stringValue })
    }

    @Test("of tasks are those of the document")
    func tasks() throws {
        let machine = try Self.machine("task")
        #expect(TaskState.allCases.map(\.rawValue) == Self.strings(machine["states"]))
        #expect(TaskState.allCases.filter(\.isTerminal).map(\.rawValue) == Self.strings(machine["terminal"]))
        #expect(Set(TaskEvent.allCases.map(\.rawValue)) == Self.events(machine))
    }

    @Test("of steps are those of the document")
    func steps() throws {
        let machine = try Self.machine("step")
        #expect(StepState.allCases.map(\.rawValue) == Self.strings(machine["states"]))
        #expect(StepState.allCases.filter(\.isTerminal).map(\.rawValue) == Self.strings(machine["terminal"]))
        let satisfying = StepState.allCases.filter(\.satisfiesDependents).map(\.rawValue)
        #expect(satisfying == Self.strings(machine["satisfies_dependents"]))
        #expect(Set(StepEvent.allCases.map(\.rawValue)) == Self.events(machine))
    }
}
