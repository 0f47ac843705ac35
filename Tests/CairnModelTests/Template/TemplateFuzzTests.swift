import CairnModel
import TestSupport
import Testing

@Suite("A mutated template")
struct TemplateFuzzTests {
    @Test("is never a crash: bytes changed at random", arguments: SeededRandom.seeds(4))
    func bytes(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let original = Array(try Repository.read("Templates/example/mixed_dag_workflow.json"))
        for _ in 0..<60 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.replaceSubrange(place..<place, with: bytes.shuffled(using: &random).prefix(3))
                }
            }
            check(Template.decode(bytes), seed)
        }
    }

    @Test("is never a crash: values replaced at random", arguments: SeededRandom.seeds(4))
    func values(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let original = try JSON.parse(Repository.read("Templates/example/mixed_dag_workflow.json"))
        for _ in 0..<50 {
            let mutated = mutate(original, chance: 0.03, using: &random)
            check(Template.decode(mutated.prettyText), seed)
        }
    }

    private func check(_ decoding: TemplateDecoding, _ seed: UInt64) {
        #expect((decoding.template == nil) == !decoding.errors.isEmpty, "seed \(seed)")
        if let compiled = decoding.template?.compiled() {
            #expect(throws: Never.self, "seed \(seed)") { try JSON.validate(compiled.json.bytes) }
        }
        for issue in decoding.issues { #expect(issue.line > 0 && issue.column > 0 && !issue.description.isEmpty) }
    }

    private static let spice: [JSON] = [
        "init", "approve", "$.results.init", "$.results[\"x\"]", "$", "$$", "$.", "$.results.", "", "1s", "99999d", 0,
        -1, 1e300,
        "cairn.process", nil, [], [:], [nil], ["init", "init"], ["type": "object", "minimum": "x"], "$.results.\"",
        "/*",
    ]

    private func mutate(_ value: JSON, chance: Double, using random: inout SeededRandom) -> JSON {
        if Double.random(in: 0..<1, using: &random) < chance {
            return Bool.random(using: &random)
                ? .random(depth: 3, using: &random) : Self.spice.randomElement(using: &random) ?? .null
        }
        switch value {
        case .array(let values): return .array(values.map { mutate($0, chance: chance, using: &random) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.map { member in
                        let renames = Double.random(in: 0..<1, using: &random) < chance / 2
                        return JSONObject.Member(
                            name: renames ? member.name + "s" : member.name,
                            value: mutate(member.value, chance: chance, using: &random))
                    }))
        default: return value
        }
    }
}
