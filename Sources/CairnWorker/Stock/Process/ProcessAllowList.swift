#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The programs that `cairn.process` may run: globs over paths. None unless given, for whoever registers templates
/// could otherwise run anything as the worker's user.
///
/// A glob follows fnmatch(3) with `FNM_PATHNAME` and `FNM_PERIOD`: `*` and `?` match within one part of a path, never
/// a `/` and no leading dot; `[a-z]` is a set; `\` takes the next character as it is; everything else is literal, and
/// the whole path has to match. A program is allowed when a glob matches
///
/// - its resolved path: absolute, through `PATH` when the name has no `/`, all symbolic links followed, or
/// - its path as given, unless that has a part `.` or `..`; a relative one is taken from the worker's working directory.
///
/// A relative glob is taken from the worker's working directory as well, except that a glob without any `/` stands for
/// a name without `/`: `git` allows the `git` that `PATH` leads to.
public struct ProcessAllowList: Sendable {
    private let globs: [String]

    /// A list of globs.
    public init(_ globs: [String]) { self.globs = globs }

    /// Whether a program may run. `given` is what the template says, `absolute` and `resolved` are where that leads.
    func allows(given: String, absolute: String, resolved: String, workingDirectory: String) -> Bool {
        let isPlain = !given.split(separator: "/").contains { $0 == "." || $0 == ".." }
        return globs.contains { glob in
            if !glob.contains("/") { return !given.contains("/") && Self.matches(glob, given) }
            let glob = glob.hasPrefix("/") ? glob : workingDirectory + "/" + glob
            return Self.matches(glob, resolved) || (isPlain && Self.matches(glob, absolute))
        }
    }

    private static func matches(_ glob: String, _ path: String) -> Bool {
        fnmatch(glob, path, FNM_PATHNAME | FNM_PERIOD) == 0
    }
}
