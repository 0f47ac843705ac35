import Subprocess

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Whom the server runs as.
struct Account: Sendable {
    var userID: uid_t
    var groupID: gid_t
    var name: String
    /// Whether programs have to be started under another user than this process has.
    var isOther: Bool

    /// This user, or the unprivileged one when this is root.
    static func current(unprivilegedUser: String) throws -> Account {
        let own = geteuid()
        if own != 0 { return Account(userID: own, groupID: getegid(), name: "this user", isOther: false) }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwnam_r(unprivilegedUser, &entry, &buffer, buffer.count, &found) == 0, found != nil, entry.pw_uid != 0
        else {
            throw EmbeddedPostgresError(
                .user, "PostgreSQL does not run as root, and there is no user \"\(unprivilegedUser)\" to run it as",
                do: "Run this as another user, or make that one: useradd --system \(unprivilegedUser)")
        }
        return Account(userID: entry.pw_uid, groupID: entry.pw_gid, name: unprivilegedUser, isOther: true)
    }

    /// A program and its arguments, so that it runs as this user.
    ///
    /// By a helper of the system and not by `PlatformOptions.userID`: Subprocess 1.0.2 then calls `setgroups` in a
    /// child that was made by a bare `clone3`, where glibc may wait for threads that are not there, for ever.
    func command(_ program: String, _ arguments: [String]) throws -> (program: String, arguments: [String]) {
        guard isOther else { return (program, arguments) }
        let directories = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        func find(_ name: String) -> String? { directories.map { "\($0)/\(name)" }.first(where: Files.isExecutable) }
        if let setpriv = find("setpriv") {
            let flags = ["--reuid=\(userID)", "--regid=\(groupID)", "--clear-groups", "--", program]
            return (setpriv, flags + arguments)
        }
        if let runuser = find("runuser") { return (runuser, ["-u", name, "--", program] + arguments) }
        throw EmbeddedPostgresError(
            .user, "PostgreSQL does not run as root, and neither setpriv nor runuser is there to change the user",
            do: "Install util-linux, or run this as another user")
    }

    /// A session of its own, so that Ctrl-C does not reach the program.
    static var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }
}
