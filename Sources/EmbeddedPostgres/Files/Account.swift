#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif
import Subprocess

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

    /// How to start a program as this user, in a session of its own, so that Ctrl-C does not reach it.
    var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        if isOther {
            options.userID = userID
            options.groupID = groupID
            options.supplementaryGroups = [groupID]
        }
        return options
    }
}
