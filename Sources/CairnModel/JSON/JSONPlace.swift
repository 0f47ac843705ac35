/// Where a value stands in its document, as byte offsets.
struct JSONPlace: Sendable, Hashable {
    /// Where the value begins.
    var value: Int
    /// Where its name begins, if it is a member of an object.
    var name: Int?
}

/// Notes the place of every value while a document is parsed.
struct JSONPositionRecorder {
    private(set) var places: [JSONPointer: JSONPlace] = [:]
    private var path: [(pointer: JSONPointer, name: Int?)] = [(.root, nil)]

    mutating func enter(_ index: Int) { path.append((current.appending(index), nil)) }

    mutating func enter(_ name: String, at place: Int) { path.append((current.appending(name), place)) }

    mutating func leave() { path.removeLast() }

    mutating func record(valueAt offset: Int) {
        places[current] = JSONPlace(value: offset, name: path.last?.name)
    }

    private var current: JSONPointer { path.last?.pointer ?? .root }
}
