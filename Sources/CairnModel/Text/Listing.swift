extension Sequence<String> {
    /// The words as a sentence lists them: `a, b or c`.
    package func joinedAsChoice() -> String {
        let words = Array(self)
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}
