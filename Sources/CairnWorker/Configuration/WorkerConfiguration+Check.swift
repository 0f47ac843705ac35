import CairnModel

extension WorkerConfiguration {
    /// Throws ``CairnError`` for the first setting that makes no sense.
    func check() throws {
        try require(!namespaces.isEmpty, "a worker needs at least one namespace")
        try require(namespaces.allSatisfy { !$0.isEmpty }, "a namespace has an empty name")
        try require((1...10_000).contains(concurrency), "concurrency must be from 1 to 10000, not \(concurrency)")
        try require(lease >= .seconds(1), "the lease must be at least 1s, not \(lease)")
        try require(effectivePollInterval >= .milliseconds(10), "the poll interval must be at least 10ms")
        try require(drainTimeout >= .zero, "the drain timeout cannot be negative")
        try require(maxResultBytes > 0, "the largest result must be at least 1 byte")
    }

    private func require(_ condition: Bool, _ message: String) throws {
        guard condition else { throw CairnError(.badRequest, message) }
    }
}
