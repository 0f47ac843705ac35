import TestSupport

/// What a step's final failure does, as the model knows it.
enum ModelFailure: String, CaseIterable {
    case error, block
    case goOn = "continue"
    case skip = "skip_dependents"
}

/// A template of the model: small, and with everything that failure and control can meet.
struct ModelTemplate {
    struct Step {
        var dependencies: [Int]
        var onFailure: ModelFailure
        var maxAttempts: Int
        var hasDelay: Bool
    }

    var name: String
    var steps: [Step]
    /// The steps' names, in their order.
    var names: [String]
    var failFast: Bool
    var givesUp: Bool

    static func random(named name: String, _ random: inout SeededRandom) -> ModelTemplate {
        let count = Int.random(in: 1...6, using: &random)
        let steps = (0..<count).map { number in
            let wanted = Int.random(in: 0...min(2, number), using: &random)
            return Step(
                dependencies: Array((0..<number).shuffled(using: &random).prefix(wanted)).sorted(),
                onFailure: Bool.random(using: &random)
                    ? .error : ModelFailure.allCases[Int.random(in: 0..<ModelFailure.allCases.count, using: &random)],
                maxAttempts: Int.random(in: 1...3, using: &random), hasDelay: Int.random(in: 0..<8, using: &random) == 0
            )
        }
        return ModelTemplate(
            name: name, steps: steps, names: steps.indices.map { "s\($0)" },
            failFast: Int.random(in: 0..<4, using: &random) == 0,
            givesUp: Bool.random(using: &random))
    }

    /// The same with its steps in the order in which the compiler numbered them.
    func ordered(_ order: [String]) -> ModelTemplate {
        let places = order.compactMap { names.firstIndex(of: $0) }
        var copy = self
        copy.names = order
        copy.steps = places.map { place in
            var step = steps[place]
            step.dependencies = step.dependencies.compactMap { places.firstIndex(of: $0) }
            return step
        }
        return copy
    }

    /// Times are multiples of one jump of the clock, so that the time which really passes decides nothing.
    static let jumpSeconds = 1000

    /// The template as its author would write it.
    var json: String {
        let rendered = steps.enumerated().map { number, step in
            let list = step.dependencies.map { "\"\(names[$0])\"" }.joined(separator: ",")
            return """
                {"name":"\(names[number])","handler":"cairn.echo","depends_on":[\(list)],"on_failure":"\(step.onFailure.rawValue)",\
                "timeout":"2500s"\(step.hasDelay ? #","delay":"1000s""# : ""),\
                "retry":{"max_attempts":\(step.maxAttempts),"backoff":"fixed","base":"1000s","max":"1000s","jitter":0}}
                """
        }
        return """
            {"namespace":"test","name":"\(name)","version":"1.0.0","fail_fast":\(failFast)\
            \(givesUp ? #","give_up_after":"1000s""# : ""),"steps":[\(rendered.joined(separator: ","))]}
            """
    }
}
