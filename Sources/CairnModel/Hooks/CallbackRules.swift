/// Which addresses hooks may be posted to: those of the Internet at large, and what the operator allows besides. Whoever
/// submits a task must not reach the inside of the network through the server.
package struct CallbackRules: Sendable, Hashable {
    private var networks: [IPNetwork] = []
    private var names: Set<String> = []

    /// Nothing is allowed besides.
    package init() {}

    /// Allows besides: networks such as `10.0.0.0/8`, addresses, and the names of hosts, whatever they resolve to.
    ///
    /// - Throws: ``InvalidAllowance`` for the first that is none of these.
    package init(allowing allowances: [String]) throws(InvalidAllowance) {
        for allowance in allowances {
            if let network = IPNetwork(allowance) {
                networks.append(network)
            } else if !allowance.contains(where: { "/:?#".contains($0) }),
                let url = try? CallbackURL("http://" + allowance),
                case .name(let name) = url.host
            {
                names.insert(name)
            } else {
                throw InvalidAllowance(text: allowance)
            }
        }
    }

    /// Why an address may not be connected to, and how to allow it; nil when it may. `host` is what the URL names.
    package func refusal(of address: IPAddress, host: CallbackURL.Host) -> CallbackRefusal? {
        guard let special = address.special, !isAllowed(address, host) else { return nil }
        return CallbackRefusal(address: address, special: special, host: host)
    }

    /// Why a URL is refused before anything is looked up; nil when its host is a name, which is checked when a hook is
    /// posted, or an address that may be connected to.
    package func refusal(of url: CallbackURL) -> CallbackRefusal? {
        guard case .address(let address) = url.host else { return nil }
        return refusal(of: address, host: url.host)
    }

    private func isAllowed(_ address: IPAddress, _ host: CallbackURL.Host) -> Bool {
        if case .name(let name) = host, names.contains(name) { return true }
        return [address, address.carried].contains { address in
            address.map { address in networks.contains { $0.contains(address) } } ?? false
        }
    }
}

/// Something that cannot be allowed, because it is neither a network nor an address nor a name.
package struct InvalidAllowance: Error, Sendable, Hashable {
    /// What was given.
    package let text: String
}

/// Why a hook may not be posted to an address.
package struct CallbackRefusal: Error, Sendable, Hashable {
    /// The address.
    package let address: IPAddress
    /// What is special about it.
    package let special: String
    /// The host that the URL names.
    package let host: CallbackURL.Host

    /// Which address, and why, as a sentence.
    package var message: String {
        switch host {
        case .name(let name): "\(name) resolves to \(address), \(special), and hooks are not posted to such"
        case .address: "\(address) is \(special), and hooks are not posted to such"
        }
    }

    /// How it could be allowed.
    package var hint: String {
        switch host {
        case .name(let name):
            "start the servers with --allow-callback-to \(name), or with --allow-callback-to \(address)"
        case .address: "start the servers with --allow-callback-to \(address)"
        }
    }
}
