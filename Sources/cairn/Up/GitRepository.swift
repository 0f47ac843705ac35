import Foundation

/// Whether git can report on a directory. git itself is asked: it alone knows whom it trusts.
enum GitRepository {
    /// Why it cannot, for a person; nil when it can.
    static func obstacle(at root: String) -> String? {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", root, "rev-parse", "--git-dir"]
        // Inside a git hook, its repository must not be taken for this one.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
            .merging(["LC_ALL": "C"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        guard (try? process.run()) != nil else { return "git cannot be run" }
        let said = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return obstacle(at: root, status: process.terminationStatus, said: String(decoding: said, as: UTF8.self))
    }

    static func obstacle(at root: String, status: Int32, said: String) -> String? {
        if status == 0 { return nil }
        if status == 127 { return "git is not installed" }
        if said.contains("not a git repository") { return "\(root) is no git repository to report on" }
        if said.contains("dubious ownership") {
            return "git refuses \(root), which belongs to another user; to trust it: "
                + "git config --global --add safe.directory \(UpBanner.quoted(root))"
        }
        return "git fails: " + said.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
