import CairnModel

extension WorkerConfiguration {
    /// Throws ``CairnError`` for the first setting that makes no sense.
    func check() throws {
        try require(!namespaces.isEmpty, "a worker needs at least one namespace")
        for name in namespaces {
            try require(
                Self.isName(name),
                "\"\(name)\" cannot be a namespace: use lower-case letters, digits and _, a letter first, at most 63")
        }
        try require((1...10_000).contains(concurrency), "concurrency must be from 1 to 10000, not \(concurrency)")
        try require(lease >= .seconds(1), "the lease must be at least 1s, not \(lease)")
        try require(effectivePollInterval >= .milliseconds(10), "the poll interval must be at least 10ms")
        try require(drainTimeout >= .zero, "the drain timeout cannot be negative")
        try require(maxResultBytes > 0, "the largest result must be at least 1 byte")
    }

    /// As the database has it: `[a-z][a-z0-9_]{0,62}`.
    private static func isName(_ text: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.utf8.first, letters.contains(first), text.utf8.count <= 63 else { return false }
        return text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }
    }

    private func require(_ condition: Bool, _ message: String) throws {
        guard condition else { throw CairnError(.badRequest, message) }
    }
}
