/// Where a hook is posted to: an `http` or `https` URL, taken apart once and by one reader, so that what is checked and
/// what is connected to cannot differ.
///
/// Stricter than RFC 3986: no user information, a host that is an address or a name in ASCII, and nothing that would have
/// to be percent-encoded first. No backslash either: to some readers it is a slash, to others a part of the host.
package struct CallbackURL: Sendable, Hashable {
    /// What a URL names as its host.
    package enum Host: Sendable, Hashable {
        /// An address that is written out.
        case address(IPAddress)
        /// A name to be looked up, in lower case and without a dot at its end.
        case name(String)
    }

    /// Why a text is no such URL.
    package struct Invalid: Error, Sendable, Hashable {
        /// What it must be, to follow "callback_url".
        package let rule: String
    }

    /// Whether TLS is spoken.
    package let isSecure: Bool
    /// The host.
    package let host: Host
    /// The port; 80 or 443 where none is written.
    package let port: UInt16
    /// Path and query as they are sent: they begin with a slash.
    package let target: String

    /// Reads a URL.
    package init(_ text: String) throws(Invalid) {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C })
        else {
            throw Invalid(
                rule:
                    "must have at most 2000 characters, all of them visible ASCII and no backslash; percent-encode the others"
            )
        }
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else {
            throw Invalid(rule: "must begin with http:// or https://")
        }
        isSecure = scheme == "https://"
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { throw Invalid(rule: "must not have user information (user:password@)") }
        let (host, port) = try Self.split(authority)
        self.host = host
        guard let port else {
            self.port = isSecure ? 443 : 80
            target = Self.target(rest.dropFirst(authority.count))
            return
        }
        guard let number = UInt16(port), number > 0, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Invalid(rule: "must have a port from 1 to 65535, or none")
        }
        self.port = number
        target = Self.target(rest.dropFirst(authority.count))
    }

    /// The host and port as the header `Host` has them: the port only if it is not the usual one.
    package var authority: String {
        let name =
            switch host {
            case .name(let name): name
            case .address(.v4(let value)): IPAddress.v4(value).description
            case .address(let address): "[\(address)]"
            }
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    private static func target(_ rest: Substring) -> String {
        let rest = rest.prefix { $0 != "#" }
        return rest.hasPrefix("/") ? String(rest) : "/" + rest
    }

    private static func split(_ authority: Substring) throws(Invalid) -> (host: Host, port: Substring?) {
        let noHost = Invalid(rule: "must name a host: a name of letters, digits, dots and hyphens, or an address")
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]"), case let rest = authority[authority.index(after: end)...],
                case let text = authority[..<end].dropFirst(), text.contains(":"), let address = IPAddress(text),
                rest.isEmpty || rest.hasPrefix(":")
            else { throw noHost }
            return (.address(address), rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = Self.host(parts[0]) else { throw noHost }
        return (host, parts.count == 2 ? parts[1] : nil)
    }

    /// A name whose last label is a number is an address or nothing: some resolvers take `2130706433` for `127.0.0.1`.
    private static func host(_ text: Substring) -> Host? {
        if let address = IPAddress(text) { return .address(address) }
        let name = (text.last == "." ? text.dropLast() : text).lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy {
                    $0 == 0x2D || $0 == 0x5F || Character(Unicode.Scalar($0)).isLetter
                        || Character(Unicode.Scalar($0)).isNumber
                }
        }
        guard isName, name.utf8.count <= 253, let last = labels.last, last.first?.isNumber == false else { return nil }
        return .name(name)
    }
}
