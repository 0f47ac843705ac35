/// A value and its place.
struct Located {
    var value: JSON
    var pointer: JSONPointer

    func member(_ name: String, _ value: JSON) -> Located {
        Located(value: value, pointer: pointer.appending(name))
    }

    func element(_ index: Int, _ value: JSON) -> Located {
        Located(value: value, pointer: pointer.appending(index))
    }
}

/// An object whose keys have been checked.
struct Fields<Key: TemplateKey> {
    let pointer: JSONPointer
    let object: JSONObject

    /// The value of `key` and its place; `nil` if it is not there.
    subscript(key: Key) -> Located? {
        object[key.rawValue].map { Located(value: $0, pointer: pointer.appending(key.rawValue)) }
    }
}

extension IssueCollector {
    /// Checks that `value` is an object with known keys only and all required ones; `nil` if it is no object.
    mutating func fields<Key: TemplateKey>(_ value: Located, _: Key.Type) -> Fields<Key>? {
        guard let object = self.object(value, as: Key.owner) else { return nil }
        let known = Key.allCases.map(\.rawValue)
        for member in object where !known.contains(where: { $0.hasSameScalars(as: member.name) }) {
            report(
                .unknownKey, at: value.pointer.appending(member.name), ofName: true,
                "unknown key \"\(member.name)\" in \(Key.owner)", hint: suggestion(member.name, known))
        }
        for key in Key.required where object[key.rawValue] == nil {
            report(.missingKey, at: value.pointer, "\(Key.owner) needs \"\(key.rawValue)\"", hint: "add it")
        }
        return Fields(pointer: value.pointer, object: object)
    }

    /// "did you mean …" if something is near, otherwise the list of what is known.
    mutating func suggestion(_ word: String, _ known: [String]) -> String {
        if let question = didYouMean(word, in: known) { return question }
        return known.isEmpty ? "remove it" : "known here: \(known.joined(separator: ", "))"
    }
}
