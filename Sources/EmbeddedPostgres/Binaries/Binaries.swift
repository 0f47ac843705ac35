#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// PostgreSQL's programs, of one version.
struct Binaries: Sendable {
    var directory: String
    /// The major version, such as 15.
    var major: Int

    var postgres: String { directory + "/postgres" }
    var initdb: String { directory + "/initdb" }

    /// The programs to use for a data directory: those of its own version if it has one, else the first that are found.
    static func find(given: String?, for data: DataDirectory) async throws -> Binaries {
        var found: [Binaries] = []
        let wanted = try data.major
        for directory in try await candidates(given: given) {
            guard let binaries = await at(directory) else { continue }
            guard let wanted, wanted != binaries.major else { return binaries }
            found.append(binaries)
        }
        if let wanted, let other = found.first {
            throw EmbeddedPostgresError(
                .versionMismatch,
                "\(data.path) was made by PostgreSQL \(wanted), and there is only PostgreSQL \(other.major) here "
                    + "(\(other.directory))",
                do: "Install PostgreSQL \(wanted), or move the data with pg_upgrade or with pg_dump and pg_restore, "
                    + "or delete the directory to begin anew")
        }
        throw EmbeddedPostgresError(
            .binariesNotFound,
            given.map { "there are no postgres and initdb in \($0)" } ?? "PostgreSQL is not installed on this machine",
            do: "Install it (apt install postgresql, dnf install postgresql-server, brew install postgresql), "
                + "or say where its programs are")
    }

    /// Directories that may hold the programs, best first.
    private static func candidates(given: String?) async throws -> [String] {
        if let given { return [Files.absolute(given)] }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        let searched = path.split(separator: ":").map(String.init)
        var all = searched
        if let program = searched.map({ $0 + "/pg_config" }).first(where: Files.isExecutable) {
            let outcome = try? await Programs.run(program, ["--bindir"])
            if let outcome, outcome.isSuccess { all += outcome.output.split(separator: "\n").map(String.init) }
        }
        return all + installed("/usr/lib/postgresql", "/bin") + installed("/usr", "/bin", prefix: "pgsql-")
            + installed("/opt/homebrew/opt", "/bin", prefix: "postgresql@")
    }

    /// The versions in a distribution's directory, highest first.
    private static func installed(_ root: String, _ suffix: String, prefix: String = "") -> [String] {
        (Files.list(root) ?? [])
            .compactMap { name in
                name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)).map { (version: $0, name: name) } : nil
            }
            .sorted { $0.version > $1.version }
            .map { "\(root)/\($0.name)\(suffix)" }
    }

    /// The programs in a directory, if they are there and run.
    private static func at(_ directory: String) async -> Binaries? {
        guard Files.isExecutable(directory + "/postgres"), Files.isExecutable(directory + "/initdb") else { return nil }
        let outcome = try? await Programs.run(directory + "/postgres", ["--version"])
        guard let outcome, outcome.isSuccess, let major = major(ofVersion: outcome.output) else { return nil }
        return Binaries(directory: directory, major: major)
    }

    /// 15 from `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, 19 from `… 19devel`.
    static func major(ofVersion text: String) -> Int? {
        guard let mark = text.split(separator: ")", maxSplits: 1).dropFirst().first else { return nil }
        return Int(mark.drop { $0 == " " }.prefix { $0.isNumber })
    }
}
