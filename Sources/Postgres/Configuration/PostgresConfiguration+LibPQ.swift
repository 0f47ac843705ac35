import CLibPQ

extension PostgresConfiguration {
    /// Lets libpq take a URL apart. The error does not repeat the URL, for it may hold a password.
    static func parse(_ url: String) throws -> [String: String] {
        var problem: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &problem) else {
            PQfreemem(problem)
            throw PostgresError(
                code: .configuration,
                message: "the database URL cannot be parsed; write postgresql://user@host:port/database, "
                    + "or postgresql:///database?host=/socket/directory")
        }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return parameters
    }

    /// The keywords and values to connect with.
    var startup: [(keyword: String, value: String)] {
        var all = parameters
        all["application_name"] = applicationName
        all["client_encoding"] = "UTF8"
        all["connect_timeout"] = String(max(2, connectTimeout.components.seconds))
        all["options"] = options
        let keepalive = ["keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"]
        all.merge(keepalive) { given, _ in given }
        return all.map { (keyword: $0.key, value: $0.value) }
    }

    /// `-c name=value` for each setting, after what the URL already has.
    private var options: String {
        var all = settings
        if let statementTimeout {
            all["statement_timeout"] = String(
                statementTimeout.components.seconds * 1000
                    + statementTimeout.components.attoseconds / 1_000_000_000_000_000)
        }
        let given = parameters["options"].map { [$0] } ?? []
        let flags = all.sorted { $0.key < $1.key }.map { "-c \($0.key)=\(Self.escaped($0.value))" }
        return (given + flags).joined(separator: " ")
    }

    /// The server splits options at white space unless a backslash precedes it.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value {
            if character == "\\" || character.isWhitespace { text.append("\\") }
            text.append(character)
        }
        return text
    }
}
