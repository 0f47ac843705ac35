#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The directory of the socket: nobody else may enter it, for whoever gets there is let in without a password.
enum SocketDirectory {
    /// A socket's whole path has to stay below 107 bytes; this is the part of the name that the server adds.
    static let longest = 106 - "/.s.PGSQL.5432".utf8.count

    /// In the data directory, or in the directory for temporary files when that path is too long.
    static func prepare(for data: DataDirectory) throws -> String {
        let path = self.path(for: data.path)
        try Files.makeDirectory(path, mode: 0o700)
        if geteuid() == 0 { try Files.own(path, by: data.account) }
        // Somebody else may have put something there first, where everybody may write.
        guard let status = Files.status(path, followLinks: false), status.isDirectory,
            status.owner == data.account.userID, chmod(path, 0o700) == 0
        else {
            throw EmbeddedPostgresError(
                .directory, "\(path), which is to hold the server's socket, belongs to somebody else",
                do: "Remove it, or keep the data in a directory with a shorter path")
        }
        return path
    }

    static func path(for dataDirectory: String) -> String {
        let inside = dataDirectory + "/socket"
        if inside.utf8.count <= longest { return inside }
        let name = "/cairn-" + Files.shortName(dataDirectory)
        let temporary = Files.absolute(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
        return temporary.utf8.count + name.utf8.count <= longest ? temporary + name : "/tmp" + name
    }
}
