#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An IPv4 or IPv6 address.
package enum IPAddress: Sendable, Hashable {
    /// Four bytes.
    case v4(UInt32)
    /// Sixteen bytes, as two halves.
    case v6(high: UInt64, low: UInt64)

    /// The address that a text means: four decimal numbers, or what RFC 4291 allows for IPv6, without a zone. The odd
    /// forms of old (`127.1`, `0x7f000001`, `017700000001`) are none.
    package init?(_ text: some StringProtocol) {
        guard
            text.utf8.allSatisfy({ $0 < 0x80 && (Character(Unicode.Scalar($0)).isHexDigit || $0 == 0x2E || $0 == 0x3A) }
            )
        else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, String(text), &four) == 1 {
            self = .v4(withUnsafeBytes(of: &four) { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) })
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, String(text), &six) == 1 else { return nil }
        self = withUnsafeBytes(of: &six) { IPAddress(sixteen: $0) }
    }

    /// An IPv6 address from its bytes, of which there are sixteen.
    private init(sixteen bytes: UnsafeRawBufferPointer) {
        self = .v6(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// How many bits it has.
    package var bitCount: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }

    /// The address with all but its first bits cleared.
    package func prefix(_ bits: Int) -> IPAddress {
        switch self {
        case .v4(let value): .v4(bits == 0 ? 0 : value & (.max << UInt32(32 - bits)))
        case .v6(let high, let low):
            .v6(
                high: bits == 0 ? 0 : high & (.max << UInt64(max(0, 64 - bits))),
                low: bits <= 64 ? 0 : low & (.max << UInt64(128 - bits)))
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual form: `192.0.2.1`, and RFC 5952's for IPv6.
    package var description: String {
        switch self {
        case .v4(let value): return (0..<4).map { String(value >> UInt32(24 - 8 * $0) & 0xFF) }.joined(separator: ".")
        case .v6(let high, let low):
            var bytes = (high.bigEndian, low.bigEndian)
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
