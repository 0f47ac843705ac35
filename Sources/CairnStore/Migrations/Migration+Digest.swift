extension Migration {
    /// A fingerprint that tells an edited file: 64-bit FNV-1a over the text. It guards against mistakes, not attacks.
    package var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
