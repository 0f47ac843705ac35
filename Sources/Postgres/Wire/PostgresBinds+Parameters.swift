extension PostgresBinds {
    typealias Pointers = UnsafePointer<UnsafePointer<CChar>?>
    typealias Numbers = UnsafePointer<Int32>

    /// The values as libpq takes them, all in binary, for the time of a call.
    func withParameters<Result>(_ body: (Int32, Pointers?, Numbers?, Numbers?) -> Result) -> Result {
        if values.isEmpty { return body(0, nil, nil, nil) }
        // An empty value is not NULL, so it must point somewhere.
        let empty = UnsafeRawPointer(StaticString("").utf8Start).assumingMemoryBound(to: CChar.self)
        return buffer.bytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                let pointers = values.map { value -> UnsafePointer<CChar>? in
                    guard value.length != nil else { return nil }
                    return characters.baseAddress.map { $0 + value.offset } ?? empty
                }
                let lengths = values.map { Int32($0.length ?? 0) }
                let formats = [Int32](repeating: 1, count: values.count)
                return body(Int32(values.count), pointers, lengths, formats)
            }
        }
    }
}
