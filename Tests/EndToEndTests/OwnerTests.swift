import Foundation
import TestSupport
import Testing

/// Root and an ordinary user in one clone. Only root can play both.
@Suite(.serialized, .enabled(if: Owner.canBeTested, "needs root, git, and a build that nobody can run"))
struct OwnerTests {
    @Test("root in the clone of a user runs everything as that user, who can go on afterwards; so can root")
    func rootThenUser() async throws {
        let root = try project()
        defer { try? FileManager.default.removeItem(atPath: root) }
        try Owner.run("chown", "-R", Owner.user, root)
        for user in ["root", Owner.user, "root"] {
            let ports = ["--port", "\(try freePort())", "--shop-port", "\(try freePort())"]
            let up = try Owner.run((["up", "--exit-after-sample"] + ports).cairn(as: user), in: root)
            #expect(up.code == 0, "\(up.said)")
            #expect(up.said.contains("write_report"), "the sample runs, for git finds its own: \(up.said)")
            #expect(
                up.said.contains("note: \(root) belongs to nobody, so everything runs as nobody") == (user == "root"))
            let foreign = try Owner.run("find", root, "!", "-user", Owner.user)
            #expect(foreign.said == "", "nothing is left that the user may not touch")
        }
    }

    @Test("a user who meets what root left is told whose it is and how to take it over, before anything is started")
    func userAfterRoot() async throws {
        let root = try project()
        defer { try? FileManager.default.removeItem(atPath: root) }
        try Owner.run("chown", "-R", Owner.user, root)
        let data = root + "/.cairn"
        for folder in ["logs", "postgres"] {
            try FileManager.default.createDirectory(atPath: "\(data)/\(folder)", withIntermediateDirectories: true)
        }
        func refused(_ left: String) throws {
            let up = try Owner.run(["up"].cairn(as: Owner.user), in: root)
            #expect(up.code == 1)
            #expect(
                up.said == """
                    error: \(left) belongs to root, and nobody cannot use it
                    Stop what root runs here, then take it over: sudo chown -R nobody: '\(data)'

                    """)
        }
        try refused(data)
        try Owner.run("chown", Owner.user, data)
        try refused(data + "/logs")
        try Owner.run("chown", "-R", Owner.user, data + "/logs")
        try Owner.run("chmod", "0700", data + "/postgres")
        try refused(data + "/postgres")
        // Nor is it taken for absent by those who only want to read.
        try Owner.run("chown", "root", data)
        try Owner.run("chmod", "0700", data)
        let psql = try Owner.run(["psql", "-c", "select 1"].cairn(as: Owner.user), in: root)
        #expect(psql.code == 1 && psql.said.contains("belongs to root"), "\(psql.said)")
    }

    /// A project with the templates of this repository and a git history, in a directory that everybody can enter.
    private func project() throws -> String {
        let root = "/tmp/cairn owner \(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Program.root.path(percentEncoded: false) + "/Templates", toPath: root + "/Templates")
        try Owner.run("git", "-C", root, "init", "-q")
        try Owner.run("git", "-C", root, "add", ".")
        try Owner.run(
            "git", "-C", root, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "Begin")
        return root
    }
}

/// Programs run as one user or another, to their end.
enum Owner {
    static let user = "nobody"

    static var canBeTested: Bool {
        guard geteuid() == 0, let trial = try? run(["--version"].cairn(as: user), in: "/tmp") else { return false }
        return trial.code == 0
    }

    @discardableResult
    static func run(_ arguments: String...) throws -> (code: Int32, said: String) { try run(arguments, in: "/") }

    static func run(_ arguments: [String], in directory: String) throws -> (code: Int32, said: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        var environment = ProcessInfo.processInfo.environment
        environment["DATABASE_URL"] = nil
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}

extension [String] {
    /// The command line of `cairn` with these arguments, run as a user.
    fileprivate func cairn(as user: String) -> [String] {
        let cairn = Program.folder.appending(path: "cairn").path(percentEncoded: false)
        let change = user == "root" ? [] : ["setpriv", "--reuid=\(user)", "--regid=nogroup", "--clear-groups", "--"]
        return change + [cairn] + self
    }
}
