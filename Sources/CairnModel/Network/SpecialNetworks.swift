/// Networks that nobody out there is in: a request to them stays inside, or reaches nobody.
///
/// From the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), which name the RFC of each, and the
/// registries of multicast addresses. What they call globally reachable is not in here, with one exception: of
/// `192.0.0.0/24` and `2001::/23` a few addresses are, but none of them serves HTTP.
enum SpecialNetworks {
    /// A network and what an address in it is called.
    typealias Entry = (network: IPNetwork, name: String)

    static let v4: [Entry] = entries([
        ("0.0.0.0/8", "an address of \"this network\" (RFC 791)"),
        ("10.0.0.0/8", "a private address (RFC 1918)"),
        ("100.64.0.0/10", "an address behind a carrier's NAT (RFC 6598)"),
        ("127.0.0.0/8", "a loopback address (RFC 1122)"),
        ("169.254.0.0/16", "a link-local address (RFC 3927)"),
        ("172.16.0.0/12", "a private address (RFC 1918)"),
        ("192.0.0.0/24", "an address for protocols (RFC 6890)"),
        ("192.0.2.0/24", "an address for documentation (RFC 5737)"),
        ("192.88.99.0/24", "an address of former 6to4 relays (RFC 7526)"),
        ("192.168.0.0/16", "a private address (RFC 1918)"),
        ("198.18.0.0/15", "an address for benchmarks (RFC 2544)"),
        ("198.51.100.0/24", "an address for documentation (RFC 5737)"),
        ("203.0.113.0/24", "an address for documentation (RFC 5737)"),
        ("224.0.0.0/4", "a multicast address (RFC 5771)"),
        ("255.255.255.255", "the broadcast address (RFC 919)"),
        ("240.0.0.0/4", "a reserved address (RFC 1112)"),
    ])

    static let v6: [Entry] = entries([
        ("::", "the unspecified address (RFC 4291)"),
        ("::1", "the loopback address (RFC 4291)"),
        ("64:ff9b:1::/48", "an address for local translation to IPv4 (RFC 8215)"),
        ("100::/64", "a discarded address (RFC 6666)"),
        ("2001::/23", "an address for protocols (RFC 2928)"),
        ("2001:db8::/32", "an address for documentation (RFC 3849)"),
        ("3fff::/20", "an address for documentation (RFC 9637)"),
        ("5f00::/16", "a segment routing identifier (RFC 9602)"),
        ("fc00::/7", "a private address (RFC 4193)"),
        ("fe80::/10", "a link-local address (RFC 4291)"),
        ("fec0::/10", "a site-local address (RFC 3879)"),
        ("ff00::/8", "a multicast address (RFC 4291)"),
    ])

    /// The only IPv6 addresses that are given out to hosts of the Internet, by the IANA IPv6 Address Space registry.
    static let global = entries([("2000::/3", "")]).map(\.network)

    private static func entries(_ list: [(String, String)]) -> [Entry] {
        list.compactMap { text, name in IPNetwork(text).map { ($0, name) } }
    }
}

extension IPAddress {
    /// What is special about the address; nil when it is one of the Internet at large. A form of IPv6 that carries an
    /// IPv4 address is as special as that.
    package var special: String? {
        switch self {
        case .v4: return SpecialNetworks.v4.first { $0.network.contains(self) }?.name
        case .v6:
            if let carried { return carried.special.map { "a form of \(carried), \($0)" } }
            if let entry = SpecialNetworks.v6.first(where: { $0.network.contains(self) }) { return entry.name }
            return SpecialNetworks.global.contains { $0.contains(self) } ? nil : "a reserved address (RFC 4291)"
        }
    }

    /// The IPv4 address that this one carries: IPv4-mapped (RFC 4291), NAT64 (RFC 6052) and 6to4 (RFC 3056).
    package var carried: IPAddress? {
        guard case .v6(let high, let low) = self else { return nil }
        if high == 0, low >> 32 == 0xFFFF { return .v4(UInt32(truncatingIfNeeded: low)) }
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return .v4(UInt32(truncatingIfNeeded: low)) }
        if high >> 48 == 0x2002 { return .v4(UInt32(truncatingIfNeeded: high >> 16)) }
        return nil
    }
}
