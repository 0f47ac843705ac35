/// All addresses that begin with the same bits: `10.0.0.0/8`.
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    private let first: IPAddress
    private let bits: Int

    /// The network that a text means: an address, a slash and a number of bits, or one address alone. Nil when it means
    /// none, or has bits beyond its prefix, for then something else was probably meant.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        var bits = address.bitCount
        if parts.count == 2 {
            guard let number = UInt8(parts[1]), parts[1].allSatisfy(\.isWholeNumber), number <= bits else { return nil }
            bits = Int(number)
        }
        guard address.prefix(bits) == address else { return nil }
        first = address
        self.bits = bits
    }

    /// Whether an address is one of them. An IPv4 address is never one of an IPv6 network.
    package func contains(_ address: IPAddress) -> Bool {
        address.bitCount == first.bitCount && address.prefix(bits) == first
    }

    /// `10.0.0.0/8`
    package var description: String { bits == first.bitCount ? "\(first)" : "\(first)/\(bits)" }
}
