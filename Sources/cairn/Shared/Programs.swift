import CairnModel
import Foundation

/// Finds programs, and becomes one.
enum Programs {
    /// A program on the search path or in one of these directories.
    static func find(_ name: String, also directories: [String] = []) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let searched = path.split(separator: ":").map(String.init) + directories
        return searched.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A program of this package: beside the running one, or on the search path.
    static func sibling(_ name: String) throws(CommandError) -> String {
        let own = executable
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/" + name
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        if let found = find(name) { return found }
        throw CommandError(
            .failed, "program_missing", "there is no \(name) beside \(own)",
            do: "Build it: swift build --product \(name)")
    }

    /// The running program's own path.
    static var executable: String {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return link ?? URL(fileURLWithPath: CommandLine.arguments.first ?? "cairn").standardizedFileURL.path
    }

    /// How to call the running program in a directory: short where it was built there, else by its path.
    static func name(in directory: String) -> String {
        let own = executable
        let built = [".build/release/cairn", ".build/debug/cairn"].first { name in
            URL(fileURLWithPath: "\(directory)/\(name)").resolvingSymlinksInPath().path == own
        }
        return built ?? own
    }

    /// Where distributions keep PostgreSQL's programs, highest version first.
    static var postgresDirectories: [String] {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        return versions.sorted(by: >).map { "\(root)/\($0)/bin" }
    }

    /// Replaces this program by another one.
    static func become(_ path: String, _ arguments: [String]) throws -> Never {
        signal(SIGPIPE, SIG_DFL)
        var pointers = ([path] + arguments).map { strdup($0) } + [nil]
        execv(path, &pointers)
        throw CommandError(.failed, .internal, "\(path) could not be run: \(String(cString: strerror(errno)))")
    }
}
