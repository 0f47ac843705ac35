extension TemplateDecoder {
    /// Checks what steps say about each other: names, dependencies, cycles, paths to results and errors.
    mutating func checkGraph(_ drafts: [StepDraft]) {
        let places = indexNames(drafts)
        let names = drafts.compactMap(\.name)
        var edges: [[Int]] = []
        var hasUnknown: Set<Int> = []
        for (index, draft) in drafts.enumerated() {
            var known: [Int] = []
            for dependency in draft.dependencies {
                guard let place = places[ScalarString(dependency.name)] else {
                    hasUnknown.insert(index)
                    issues.report(
                        .unknownDependency, at: dependency.pointer, "there is no step \"\(dependency.name)\"",
                        hint: suggestStep(dependency.name, names))
                    continue
                }
                if place == index || draft.name.map({ $0 == dependency.name }) ?? false {
                    issues.report(
                        .selfDependency, at: dependency.pointer, "step \"\(dependency.name)\" depends on itself",
                        hint: "remove it from depends_on")
                } else {
                    known.append(place)
                }
            }
            edges.append(known)
        }
        let graph = DependencyGraph(dependencies: edges)
        checkCycles(drafts, graph)
        checkPaths(drafts, graph, places, names, unsure: hasUnknown)
    }

    /// Where each name stands; reports names that are used twice.
    private mutating func indexNames(_ drafts: [StepDraft]) -> [ScalarString: Int] {
        var places: [ScalarString: Int] = [:]
        for (index, draft) in drafts.enumerated() {
            guard let name = draft.name else { continue }
            let first = places[ScalarString(name)]
            if let first {
                issues.report(
                    .duplicateStep, at: draft.pointer.appending(StepKey.name.rawValue),
                    "there are two steps \"\(name)\"; the first is \(drafts[first].pointer)", hint: "rename one of them"
                )
            } else {
                places[ScalarString(name)] = index
            }
        }
        return places
    }

    private mutating func suggestStep(_ name: String, _ names: [String]) -> String {
        issues.didYouMean(name, in: names) ?? "add the step, or remove the dependency"
    }

    private mutating func checkCycles(_ drafts: [StepDraft], _ graph: DependencyGraph) {
        let order = Set(graph.topologicalOrder)
        guard order.count < drafts.count else { return }
        var onCycle: Set<Int> = []
        var example = ""
        for cycle in graph.cycles {
            onCycle.formUnion(cycle)
            let names = (cycle + cycle.prefix(1)).map { drafts[$0].name ?? "?" }
            let way = names.joined(separator: " → ")
            if example.isEmpty { example = way }
            let first = drafts[cycle[0]]
            let edge = first.dependencies.first { $0.name == names[1] }?.pointer ?? first.pointer
            issues.report(
                .dependencyCycle, at: edge, "these steps wait for each other: \(way)",
                hint: "remove one of these dependencies")
        }
        for (index, draft) in drafts.enumerated() where !order.contains(index) && !onCycle.contains(index) {
            issues.report(
                .unreachableStep, at: draft.pointer.appending(StepKey.dependsOn.rawValue),
                "step \"\(draft.name ?? "?")\" can never start: it waits for the cycle \(example)",
                hint: "remove the cycle")
        }
    }

    private mutating func checkPaths(
        _ drafts: [StepDraft], _ graph: DependencyGraph, _ places: [ScalarString: Int], _ names: [String],
        unsure: Set<Int>
    ) {
        let ancestors = AncestorTable(graph)
        for (index, draft) in drafts.enumerated() {
            for path in draft.paths {
                for reference in path.path.references {
                    guard let name = reference.step else { continue }
                    guard let place = places[ScalarString(name)] else {
                        issues.report(
                            .pathUnknownStep, at: path.pointer,
                            "the path mentions a step \"\(name)\" that does not exist",
                            hint: issues.didYouMean(name, in: names) ?? "name an existing step")
                        continue
                    }
                    if place != index, ancestors.contains(place, above: index) {
                        checkError(reference, of: drafts[place], at: path.pointer)
                        continue
                    }
                    if place != index, unsure.contains(index) { continue }
                    issues.report(
                        .pathNotAncestor, at: path.pointer,
                        place == index
                            ? "a step cannot read its own result or error"
                            : "step \"\(name)\" need not have finished before this step starts",
                        hint: place == index ? "name another step" : "add \"\(name)\" to depends_on")
                }
            }
        }
    }

    /// After any failure but one with `continue`, no dependent runs that could read the error.
    private mutating func checkError(_ reference: SQLPath.Reference, of draft: StepDraft, at pointer: JSONPointer) {
        guard case .error(let name) = reference, let action = draft.onFailure, action != .continue else { return }
        issues.report(
            .pathNoError, at: pointer,
            "this step never runs after a failure of \"\(name)\", whose on_failure is \"\(action.rawValue)\"",
            hint: "set \"on_failure\": \"continue\" on \"\(name)\"")
    }
}
