/// Finds the references to `$` in a SQL/JSON path, stepping over strings and comments.
struct SQLPathScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The references in order, each once.
    mutating func references() throws(SQLPathError) -> [SQLPath.Reference] {
        var found: [SQLPath.Reference] = []
        skipBlanks()
        if at == bytes.count {
            throw SQLPathError(
                code: .pathInvalid, message: "a path cannot be empty",
                hint: "write one, such as \"$.context.count > 0\"")
        }
        while at < bytes.count {
            if skipBlanks() { continue }
            switch bytes[at] {
            case UInt8(ascii: "\""): _ = try readString()
            case UInt8(ascii: "$"):
                at += 1
                let reference = try readReference()
                if !found.contains(reference) { found.append(reference) }
            default: at += 1
            }
        }
        return found
    }

    /// `written` with `["name"]` replaced by `."name"`.
    static func replacingNameSubscripts(in written: String) throws(SQLPathError) -> String {
        guard written.utf8.contains(UInt8(ascii: "[")) else { return written }
        var scanner = SQLPathScanner(written)
        var output: [UInt8] = []
        while scanner.at < scanner.bytes.count {
            let start = scanner.at
            if scanner.skipBlanks() {
                output += scanner.bytes[start..<scanner.at]
                continue
            }
            switch scanner.bytes[start] {
            case UInt8(ascii: "\""):
                _ = try scanner.readString()
                output += scanner.bytes[start..<scanner.at]
            case UInt8(ascii: "["):
                if let name = scanner.readNameSubscript() {
                    output.append(UInt8(ascii: "."))
                    output += scanner.bytes[name]
                } else {
                    output.append(UInt8(ascii: "["))
                    scanner.at = start + 1
                }
            default:
                output.append(scanner.bytes[start])
                scanner.at += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Reads `["name"]`, if that is what stands here, and returns the place of the quoted name.
    private mutating func readNameSubscript() -> Range<Int>? {
        at += 1
        skipBlanks()
        let start = at
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\""), (try? readString()) != nil else { return nil }
        let name = start..<at
        skipBlanks()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "]") else { return nil }
        at += 1
        return name
    }

    /// Reads what follows a `$`.
    private mutating func readReference() throws(SQLPathError) -> SQLPath.Reference {
        if at < bytes.count, isNameByte(bytes[at]) || bytes[at] == UInt8(ascii: "\"") {
            throw SQLPathError(
                code: .pathInvalid, message: "paths have no variables: '$' stands for the whole input document",
                hint: "write \"$.context…\" or \"$.results…\"; in input, write \"$$…\" for text that begins with '$'")
        }
        guard let root = try readMember() else { return .document }
        guard SQLPath.roots.contains(root) else {
            let near = nearest(root, in: SQLPath.roots).map { "did you mean \"$.\($0)\"?" }
            throw SQLPathError(
                code: .pathUnknownRoot, message: "the input document has no \"\(root)\"",
                hint: near ?? "begin with $.\(SQLPath.roots.joined(separator: ", $."))")
        }
        switch root {
        case "results": return try readMember().map { .result(of: $0) } ?? .results
        case "errors": return try readMember().map { .error(of: $0) } ?? .errors
        default: return .member(root)
        }
    }

    /// Reads `.name` or `."name"`; `nil` (and nothing read that matters) for anything else, such as `.*` or `.size()`.
    private mutating func readMember() throws(SQLPathError) -> String? {
        skipBlanks()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ".") else { return nil }
        let start = at
        at += 1
        skipBlanks()
        guard at < bytes.count else { return nil }
        if bytes[at] == UInt8(ascii: "\"") { return try readString() }
        let nameStart = at
        while at < bytes.count, isNameByte(bytes[at]) { at += 1 }
        let name = String(decoding: bytes[nameStart..<at], as: UTF8.self)
        skipBlanks()
        let isCall = at < bytes.count && bytes[at] == UInt8(ascii: "(")
        if name.isEmpty || isCall {
            at = max(nameStart, start + 1)
            return nil
        }
        return name
    }

    /// Reads a quoted string and returns its characters (an escape stays as it is written: no step has such a name).
    private mutating func readString() throws(SQLPathError) -> String {
        let start = at + 1
        at += 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        guard at < bytes.count else {
            throw SQLPathError(
                code: .pathInvalid, message: "a string in this path is never closed", hint: "add a double quote")
        }
        at += 1
        return String(decoding: bytes[start..<at - 1], as: UTF8.self)
    }

    /// Steps over white space and comments; true if there were any.
    @discardableResult
    private mutating func skipBlanks() -> Bool {
        let start = at
        while at < bytes.count {
            if [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(bytes[at]) {
                at += 1
            } else if bytes[at] == UInt8(ascii: "/"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "*") {
                at += 2
                while at + 1 < bytes.count, bytes[at] != UInt8(ascii: "*") || bytes[at + 1] != UInt8(ascii: "/") {
                    at += 1
                }
                at = min(at + 2, bytes.count)
            } else {
                break
            }
        }
        return at > start
    }

    /// Whether a byte can be part of an unquoted name: everything but blanks, quotes and the path language's marks.
    private func isNameByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && !"?%$.[]{}()|&!=<>@#,*:-+/\\\"".utf8.contains(byte)
    }
}
