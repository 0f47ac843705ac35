import Logging

/// Where the data is, and as whom.
struct DataDirectory: Sendable {
    var path: String
    var account: Account

    /// The major version that made the data; nil when there is none yet.
    var major: Int? {
        get throws {
            guard try Files.exists(path + "/PG_VERSION") else { return nil }
            return Files.read(path + "/PG_VERSION").flatMap { Int($0.prefix { $0.isNumber }) }
        }
    }

    /// The directory as it was asked for, or another one when the server's user cannot get there.
    static func locate(_ wanted: String, account: Account, logger: Logger) async throws -> DataDirectory {
        let path = Files.absolute(wanted)
        let parent = Files.parent(of: path)
        try Files.makeDirectory(parent, mode: 0o755)
        if try await isReachable(parent, by: account) { return DataDirectory(path: path, account: account) }
        let other = "/var/lib/cairn-postgres/\(Files.shortName(path))"
        try Files.makeDirectory(Files.parent(of: other), mode: 0o755)
        logger.notice(
            "the data is kept elsewhere, for the user that PostgreSQL runs as cannot enter the directory",
            metadata: ["user": "\(account.name)", "wanted": "\(path)", "path": "\(other)"])
        return DataDirectory(path: other, account: account)
    }

    /// Whether the server's user can enter a directory. Asked of the system itself, so that access lists count.
    private static func isReachable(_ path: String, by account: Account) async throws -> Bool {
        guard account.isOther else { return true }
        return try await Programs.run("/bin/sh", ["-c", "cd \"$1\"", "sh", path], as: account).isSuccess
    }

    /// Makes a new data directory where there is none. It is made beside and then moved, so that it is whole or not
    /// there.
    func initialize(with binaries: Binaries, settings: [String: String]) async throws {
        if try major != nil { return }
        guard try !Files.exists(path) || Files.list(path)?.isEmpty == true else {
            throw EmbeddedPostgresError(
                .directory, "\(path) is neither empty nor a data directory of PostgreSQL",
                do: "Choose another directory, or empty this one")
        }
        let new = path + ".new"
        try await remove(new)
        do {
            try await make(new, with: binaries, settings: settings)
        } catch {
            // Also when this task is cancelled, as in a program that is told to end.
            await Task { try? await remove(new) }.value
            throw error
        }
    }

    private func remove(_ directory: String) async throws {
        _ = try await Programs.run("/bin/rm", ["-rf", "--", directory])
    }

    private func make(_ new: String, with binaries: Binaries, settings: [String: String]) async throws {
        try Files.makeDirectory(new, mode: 0o700)
        try Files.own(new, by: account)
        try await initdb(new, binaries, sync: settings["fsync"] != "off")
        try await createDatabase(new, binaries)
        let moved = try await Programs.run(
            "/bin/sh", ["-c", "if [ -d \"$2\" ]; then rmdir \"$2\"; fi && mv \"$1\" \"$2\"", "sh", new, path])
        guard moved.isSuccess else { throw failure("moving it into place", moved) }
    }

    /// PostgreSQL works on data of its own user only, and nobody else can look into it.
    func checkOwner() throws {
        guard let owner = Files.status(path)?.owner, owner != account.userID else { return }
        // An empty directory is replaced.
        if Files.list(path)?.isEmpty == true { return }
        let name = Account.known(owner)?.name ?? "user \(owner)"
        throw EmbeddedPostgresError(
            .directory,
            "\(path) belongs to \(name), and PostgreSQL, which would run as \(account.name), works on its own data only",
            do: "Run this as \(name), or give the data to \(account.name): sudo chown -R \(account.name): '\(path)'")
    }

    private func initdb(_ path: String, _ binaries: Binaries, sync: Bool) async throws {
        #if os(Linux)
        let locale = "C.UTF-8"
        #else
        let locale = "C"
        #endif
        var arguments = [
            "--pgdata", path, "--username", EmbeddedPostgres.user, "--encoding", "UTF8", "--locale", locale,
            "--auth-local", "trust", "--auth-host", "reject", "--no-instructions",
        ]
        if !sync { arguments.append("--no-sync") }
        let outcome = try await Programs.run(binaries.initdb, arguments, as: account)
        guard outcome.isSuccess else { throw failure("initdb", outcome) }
    }

    /// Without a server: in single-user mode.
    private func createDatabase(_ path: String, _ binaries: Binaries) async throws {
        let outcome = try await Programs.run(
            binaries.postgres, ["--single", "-F", "-D", path, "postgres"], as: account,
            input: "create database \(EmbeddedPostgres.user)\n")
        guard outcome.isSuccess, !outcome.errors.contains("ERROR") else {
            throw failure("creating the database", outcome)
        }
    }

    private func failure(_ step: String, _ outcome: Programs.Outcome) -> EmbeddedPostgresError {
        EmbeddedPostgresError(
            .initialization, "\(path) could not be made: \(step) failed: \(Programs.tail(outcome.errors))",
            do: "Mend that, and start again; nothing has been left behind")
    }
}
