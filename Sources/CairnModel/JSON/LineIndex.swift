/// Turns byte offsets into lines and columns, each in bounded time however long the lines are.
struct LineIndex: Sendable {
    private static let stride = 1024
    private let lineStarts: [Int]
    /// How many code points begin before each multiple of `stride`.
    private let checkpoints: [Int]

    init(_ bytes: some Collection<UInt8>) {
        var starts = [0]
        var counts: [Int] = []
        var characters = 0
        for (offset, byte) in bytes.enumerated() {
            if offset % LineIndex.stride == 0 { counts.append(characters) }
            if byte & 0xC0 != 0x80 { characters += 1 }
            if byte == 0x0A { starts.append(offset + 1) }
        }
        if counts.count * LineIndex.stride <= bytes.count { counts.append(characters) }
        lineStarts = starts
        checkpoints = counts
    }

    /// Line and column of a byte, both from 1; the column counts code points. Lines end with LF or CRLF.
    func position(of offset: Int, in bytes: some RandomAccessCollection<UInt8>) -> (line: Int, column: Int) {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, characters(before: offset, in: bytes) - characters(before: lineStarts[low], in: bytes) + 1)
    }

    private func characters(before offset: Int, in bytes: some RandomAccessCollection<UInt8>) -> Int {
        let checkpoint = offset / LineIndex.stride
        let rest = bytes.dropFirst(checkpoint * LineIndex.stride).prefix(offset % LineIndex.stride)
        return rest.reduce(checkpoints[checkpoint]) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }
}
