/// The candidate that `word` was most likely meant to be, for "did you mean"; `nil` when none is close.
///
/// Close means at most a third of the letters differ (at least one, at most three), counting a swap of neighbours as
/// one difference and capitals as equal. Of equally close candidates the first wins. Failing that, the first candidate
/// that begins with the word (of at least three letters) is taken.
package func nearest(_ word: String, in candidates: some Collection<String>) -> String? {
    let letters = lowercaseBytes(word)
    let allowed = max(1, min(3, letters.count / 3))
    var best: String?
    var bound = allowed + 1
    for candidate in candidates where abs(candidate.utf8.count - letters.count) < bound && candidate != word {
        guard let distance = editDistance(letters, lowercaseBytes(candidate), below: bound) else { continue }
        (best, bound) = (candidate, distance)
    }
    if let best { return best }
    guard letters.count >= 3 else { return nil }
    return candidates.first { $0.utf8.count > letters.count && lowercaseBytes($0).starts(with: letters) }
}

private func lowercaseBytes(_ text: String) -> [UInt8] {
    text.utf8.prefix(128).map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
}

/// How many letters must be inserted, removed, replaced or swapped with their neighbour to turn one word into the other;
/// `nil` as soon as that is `bound` or more.
private func editDistance(_ left: [UInt8], _ right: [UInt8], below bound: Int) -> Int? {
    var older: [Int] = []
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for (column, other) in right.enumerated() {
            var cost = min(previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                cost = min(cost, older[column - 1] + 1)
            }
            current.append(cost)
        }
        if (current.min() ?? 0) >= bound, (previous.min() ?? 0) >= bound { return nil }
        (older, previous) = (previous, current)
    }
    return previous[right.count] < bound ? previous[right.count] : nil
}
