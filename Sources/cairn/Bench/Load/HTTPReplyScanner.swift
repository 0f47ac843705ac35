/// Finds the end of each reply in what a connection brings, and its status. Replies must announce their length.
struct HTTPReplyScanner: Sendable {
    /// The head as far as it has come.
    private var head: [UInt8] = []
    private var status = 0
    /// How much of the body is to come; nil while the head has not ended.
    private var rest: Int?

    /// Takes what has come; the status when a reply has ended with it. One request is under way at a time, so nothing of
    /// another reply comes with it.
    mutating func append(_ bytes: ArraySlice<UInt8>) -> Int? {
        var body = bytes.count
        if rest == nil {
            let known = head.count
            head += bytes
            guard let end = Self.end(of: head, from: max(0, known - 3)) else { return nil }
            body = head.count - end
            (status, rest) = Self.read(head[..<end])
        }
        rest = rest.map { $0 - body }
        guard let rest, rest <= 0 else { return nil }
        defer { self = HTTPReplyScanner() }
        return status
    }

    /// The place behind the empty line.
    private static func end(of head: [UInt8], from start: Int) -> Int? {
        head.withUnsafeBufferPointer { head in
            var index = start
            while index + 3 < head.count {
                if head[index] == 13, head[index + 1] == 10, head[index + 2] == 13, head[index + 3] == 10 {
                    return index + 4
                }
                index += 1
            }
            return nil
        }
    }

    /// The status, and the length of the body.
    private static func read(_ head: ArraySlice<UInt8>) -> (Int, Int) {
        var lines = head.split(separator: 10).makeIterator()
        let status = lines.next().flatMap { $0.split(separator: 32).dropFirst().first }
        let name = Array("content-length:".utf8)
        var length = 0
        while let line = lines.next() {
            guard line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            length = number(line.dropFirst(name.count))
        }
        return (status.map(number) ?? 0, length)
    }

    private static func number(_ text: ArraySlice<UInt8>) -> Int {
        text.reduce(0) { (48...57).contains($1) ? $0 * 10 + Int($1 - 48) : $0 }
    }
}
