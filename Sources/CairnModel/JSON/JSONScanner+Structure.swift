extension JSONScanner {
    /// Stands at the first byte of the document's value, or refuses a document that is empty or too large.
    mutating func beginDocument(_ limits: JSONLimits) throws(JSONFault) {
        if bytes.count > limits.maxBytes {
            throw fault(
                .tooLarge,
                "the document has more than \(limits.maxBytes) bytes, the most that is accepted: make it smaller",
                at: 0)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw fault(.syntax, "the document begins with a byte order mark: save it as UTF-8 without one")
        }
        room = limits.maxBytes - bytes.count
        skipWhitespace()
        if at == bytes.count { throw fault(.empty, "the document is empty: write a JSON value") }
    }

    /// Refuses anything but white space behind the document's value.
    mutating func endDocument() throws(JSONFault) {
        skipWhitespace()
        if current != nil {
            throw fault(.trailing, "the document ends before this; found \(found): remove what follows")
        }
    }

    /// Steps over `[` or `{`; true if the container closes at once (then steps over that too).
    mutating func opensEmpty(_ close: UInt8) -> Bool {
        at += 1
        skipWhitespace()
        guard current == close else { return false }
        at += 1
        return true
    }

    /// Steps over what follows a value: true after a comma (standing at the next item), false after the close.
    mutating func continues(to close: UInt8) throws(JSONFault) -> Bool {
        skipWhitespace()
        if current == UInt8(ascii: ",") {
            at += 1
            skipWhitespace()
            return true
        }
        guard current == close else {
            throw fault(
                .syntax, "expected ',' or '\(Character(UnicodeScalar(close)))'; found \(found)\(separatorAdvice(close))"
            )
        }
        at += 1
        return false
    }

    /// Reads a member's name and its colon; stands at the value afterwards.
    mutating func scanName() throws(JSONFault) -> ScannedString {
        guard current == UInt8(ascii: "\"") else {
            let isClose = current == UInt8(ascii: "}")
            let advice = isClose ? "remove the comma before it" : "names are written in double quotes"
            throw fault(.syntax, "expected a member's name; found \(found): \(advice)")
        }
        let name = try scanString()
        skipWhitespace()
        guard current == UInt8(ascii: ":") else {
            let advice = isLetter(current) ? ": check the double quotes before it" : ""
            throw fault(.syntax, "expected ':' after the member's name; found \(found)\(advice)")
        }
        at += 1
        skipWhitespace()
        return name
    }

    /// What is probably wrong where a comma or the close should stand.
    private func separatorAdvice(_ close: UInt8) -> String {
        switch current {
        case nil: ": close it with '\(Character(UnicodeScalar(close)))'"
        case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["): ": add a comma before it"
        case let byte where isLetter(byte): ": check the double quotes before it"
        default: ""
        }
    }

    private func isLetter(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }

    func depthFault(_ limits: JSONLimits) -> JSONFault {
        fault(.tooDeep, "arrays and objects are nested more than \(limits.maxDepth) deep: flatten the document")
    }
}
