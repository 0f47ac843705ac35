import CairnModel
import EmbeddedPostgres
import Foundation

/// Whom `up` runs as.
enum CloneOwner {
    /// Run as root where the project is somebody else's, this program is replaced by itself run as that user. So
    /// PostgreSQL has a user to run as, nothing is left behind that the owner may not touch, and git finds its own.
    ///
    /// A project of root's stays root's, and so does one whose owner has no name on this machine, as in a container: no
    /// program can be run as such a user.
    static func become(for root: String) throws {
        guard geteuid() == 0, let owner = Account.owner(of: root), owner.userID != 0 else { return }
        let program = Programs.executable
        let trial = try owner.command(program, ["--version"])
        guard isSuccess(trial.program, trial.arguments) else {
            throw CommandError(
                .failed, "owner",
                "\(root) belongs to \(owner.name), who cannot run \(program), and what root would leave there "
                    + "\(owner.name) could not use",
                do: "Let \(owner.name) reach the project and the Swift toolchain, or make the project root's: "
                    + "chown -R root: \(UpBanner.quoted(root))")
        }
        Streams.error("note: \(root) belongs to \(owner.name), so everything runs as \(owner.name)")
        for (name, value) in [("HOME", owner.home), ("USER", owner.name), ("LOGNAME", owner.name)] {
            setenv(name, value, 1)
        }
        // Root's own settings are not for others to read.
        unsetenv("XDG_CONFIG_HOME")
        let command = try owner.command(program, Array(CommandLine.arguments.dropFirst()))
        try Programs.become(command.program, command.arguments)
    }

    private static func isSuccess(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
