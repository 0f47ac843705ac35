extension Template {
    /// The template as the database runs it.
    ///
    /// Steps are numbered from 1 so that each comes after all it depends on, and otherwise in the order of the file.
    package func compiled() -> CompiledTemplate {
        let places = Dictionary(steps.enumerated().map { ($1.name, $0) }) { first, _ in first }
        let graph = DependencyGraph(dependencies: steps.map { step in step.dependsOn.compactMap { places[$0] } })
        let order = graph.topologicalOrder
        var numbers = Array(repeating: 0, count: steps.count)
        for (position, index) in order.enumerated() { numbers[index] = position + 1 }
        let numbering = StepNumbering(places: places, numbers: numbers, graph: graph)
        return CompiledTemplate(
            namespace: namespace, name: name, version: version, description: description, identity: identity,
            inputSchema: inputSchema, failure: failure, steps: order.map { compile($0, numbering) })
    }

    private func compile(_ index: Int, _ numbering: StepNumbering) -> CompiledStep {
        let step = steps[index]
        let plan = step.input.map(InputPlan.init)
        let condition = step.when.flatMap { try? SQLPath($0) }
        return CompiledStep(
            number: numbering.numbers[index], name: step.name, description: step.description, handler: step.handler,
            config: step.config, dependsOn: numbering.dependencies(of: index),
            dependents: numbering.dependents(of: index),
            resultsNeeded: numbering.results(for: index, plan?.references ?? [.document]),
            whenResultsNeeded: numbering.results(for: index, condition?.references ?? []),
            inputLiteral: plan?.literal, inputPaths: plan?.paths, when: step.when,
            timeout: step.timeout ?? defaults.timeout ?? StepDefaults.timeout,
            retry: step.retry.applied(to: defaults.retry.applied(to: .standard)),
            onFailure: step.onFailure ?? failure.onFailure, delay: step.delay)
    }
}

/// From names and file order to step numbers.
private struct StepNumbering {
    let places: [String: Int]
    let numbers: [Int]
    let graph: DependencyGraph

    func dependencies(of index: Int) -> [Int] { graph.dependencies[index].map { numbers[$0] }.sorted() }

    func dependents(of index: Int) -> [Int] { graph.dependents[index].map { numbers[$0] }.sorted() }

    /// The steps whose results or errors these references need: the ones they name; all direct dependencies when one of
    /// them means the whole document, all results or all errors.
    func results(for index: Int, _ references: [SQLPath.Reference]) -> [Int] {
        var needed: Set<Int> = []
        for reference in references {
            switch reference {
            case .document, .results, .errors: needed.formUnion(dependencies(of: index))
            case .result(let name), .error(let name): if let place = places[name] { needed.insert(numbers[place]) }
            case .member: break
            }
        }
        return needed.sorted()
    }
}
