import CairnModel

extension StepFailure {
    /// The longest message, in bytes.
    static let maxMessageBytes = 4096
    /// The largest error document, in bytes.
    static let maxPayloadBytes = 8192

    /// The error as it is stored: `{"code", "message", …}`, of bounded size, without anything PostgreSQL refuses.
    /// Details that do not fit are left out.
    var payload: [UInt8] {
        var object = JSONObject()
        object["code"] = .string(Self.storable(code, maxBytes: 128))
        object["message"] = .string(Self.storable(message, maxBytes: Self.maxMessageBytes))
        let bare = JSON.object(object).bytes
        for member in details where object[member.name] == nil { object[member.name] = member.value }
        if object.count == 2 { return bare }
        let full = JSON.object(object).bytes
        guard full.count <= Self.maxPayloadBytes, (try? JSON.validate(full)) != nil else { return bare }
        return full
    }

    /// Text without U+0000, cut between characters.
    static func storable(_ text: String, maxBytes: Int) -> String {
        let clean = text.contains("\0") ? text.replacing("\0", with: "\u{FFFD}") : text
        guard clean.utf8.count > maxBytes else { return clean }
        return String(decoding: clean.utf8.prefix(maxBytes - 4), as: UTF8.self).trimmedReplacement + "…"
    }
}

extension String {
    /// Without the replacement character that a cut inside a character leaves at the end.
    fileprivate var trimmedReplacement: String {
        var copy = self
        while copy.unicodeScalars.last == "\u{FFFD}" { copy.unicodeScalars.removeLast() }
        return copy
    }
}
