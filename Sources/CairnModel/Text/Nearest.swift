/// The candidate that `word` was most likely meant to be, for "did you mean"; `nil` when none is close.
///
/// Close means at most a third of the letters differ (at least one, at most three), counting a swap of neighbours as
/// one difference. Of equally close candidates the first wins. Failing that, the first candidate that begins with the
/// word (of at least three letters) is taken.
package func nearest(_ word: String, in candidates: some Collection<String>) -> String? {
    let letters = Array(word.lowercased().unicodeScalars.prefix(128))
    let allowed = max(1, min(3, letters.count / 3))
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != word {
        let other = Array(candidate.lowercased().unicodeScalars.prefix(128))
        guard abs(other.count - letters.count) <= allowed else { continue }
        let distance = editDistance(letters, other)
        if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    if let best { return best.candidate }
    guard letters.count >= 3 else { return nil }
    return candidates.first { $0 != word && $0.lowercased().hasPrefix(word.lowercased()) }
}

/// How many letters must be inserted, removed, replaced or swapped with their neighbour to turn one word into the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var older: [Int] = []
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                cost = min(cost, older[column - 1] + 1)
            }
            current.append(cost)
        }
        (older, previous) = (previous, current)
    }
    return previous[right.count]
}
