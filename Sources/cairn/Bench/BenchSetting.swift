import ArgumentParser

/// A setting of the private PostgreSQL, such as `commit_delay=250`.
struct BenchSetting: ExpressibleByArgument {
    var name: String
    var value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "=") else { return nil }
        name = argument[..<equals].lowercased()
        value = String(argument[argument.index(after: equals)...])
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
        guard isPlain, name.first?.isLetter == true else { return nil }
    }

    /// Whether it is for the benchmark to say: another place would be another server, with somebody's data.
    var isOurs: Bool { Self.ours.contains(name) }

    private static let ours: Set<String> = [
        "config_file", "data_directory", "external_pid_file", "hba_file", "ident_file", "listen_addresses", "port",
        "unix_socket_directories",
    ]
}
