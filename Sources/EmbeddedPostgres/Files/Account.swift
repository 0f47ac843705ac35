import Subprocess

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A user of this machine, to run programs as.
package struct Account: Sendable {
    /// The user's number: a `uid_t`, whose name is not for the interface of a Swift module.
    package let userID: UInt32
    let groupID: gid_t
    /// The user's name.
    package let name: String
    /// The user's home directory.
    package let home: String

    /// Whether programs have to be started under another user than this process has.
    var isOther: Bool { userID != geteuid() }

    /// Whom the server on this data runs as: this user. Root, as whom PostgreSQL does not run, leaves that to the owner
    /// of the data (or of the place where it will be), so that the owner can use it as well; where that is root again,
    /// to the unprivileged user.
    static func server(of dataDirectory: String, unprivilegedUser: String) throws -> Account {
        let own = geteuid()
        if own != 0 { return known(own) ?? Account(userID: own, groupID: getegid(), name: "user \(own)", home: "/") }
        let place = nearest(to: dataDirectory)
        if let owner = Files.status(place)?.owner, owner != 0 {
            if let account = known(owner) { return account }
            // Data is there, and nobody else may touch it. A place alone can be given to anybody.
            if place == Files.absolute(dataDirectory) { throw nameless(owner, place) }
        }
        if let account = known(unprivilegedUser), account.userID != 0 { return account }
        throw EmbeddedPostgresError(
            .user, "PostgreSQL does not run as root, and there is no user \"\(unprivilegedUser)\" to run it as",
            do: "Run this as another user, or make that one: useradd --system \(unprivilegedUser)")
    }

    /// The user that a file belongs to; nil when there is no such file, and when the owner has no name here.
    package static func owner(of path: String) -> Account? { Files.status(path).flatMap { known($0.owner) } }

    /// The user with this number.
    package static func known(_ userID: UInt32) -> Account? {
        find { getpwuid_r(userID, $0, $1, $2, $3) }
    }

    private static func known(_ name: String) -> Account? {
        find { getpwnam_r(name, $0, $1, $2, $3) }
    }

    private static func find(
        _ ask: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) -> Account? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let size = buffer.count
        return buffer.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, ask(&entry, start, size, &found) == 0, found != nil else {
                return nil
            }
            return Account(
                userID: entry.pw_uid, groupID: entry.pw_gid, name: String(cString: entry.pw_name),
                home: String(cString: entry.pw_dir))
        }
    }

    /// The path itself, or the first directory above it that there is.
    private static func nearest(to path: String) -> String {
        var place = Files.absolute(path)
        while place != "/", Files.status(place) == nil { place = Files.parent(of: place) }
        return place
    }

    private static func nameless(_ owner: uid_t, _ path: String) -> EmbeddedPostgresError {
        EmbeddedPostgresError(
            .user, "\(path) belongs to user \(owner), who has no name on this machine, and PostgreSQL wants one",
            do: "Give that user a name: useradd --uid \(owner) --no-create-home cairn")
    }

    /// A program and its arguments, so that it runs as this user.
    ///
    /// By a helper of the system and not by `PlatformOptions.userID`: Subprocess 1.0.2 then calls `setgroups` in a
    /// child that was made by a bare `clone3`, where glibc may wait for threads that are not there, for ever.
    package func command(_ program: String, _ arguments: [String]) throws -> (program: String, arguments: [String]) {
        guard isOther else { return (program, arguments) }
        let directories = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        func find(_ name: String) -> String? { directories.map { "\($0)/\(name)" }.first(where: Files.isExecutable) }
        if let setpriv = find("setpriv") {
            let flags = ["--reuid=\(userID)", "--regid=\(groupID)", "--init-groups", "--", program]
            return (setpriv, flags + arguments)
        }
        if let runuser = find("runuser") { return (runuser, ["-u", name, "--", program] + arguments) }
        throw EmbeddedPostgresError(
            .user, "this is to run as \(name), and neither setpriv nor runuser is there to change the user",
            do: "Install util-linux, or run this as another user")
    }

    /// A session of its own, so that Ctrl-C does not reach the program.
    static var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }
}
