import Foundation
import TestSupport

/// The library that gives a program another clock: `skew.c`, compiled when it is needed.
struct ClockSkew: Sendable {
    private let library: String

    /// Compiles the library; nil where that cannot be done, or where it would be of no use.
    init?(in folder: URL) {
        #if os(Linux)
        library = folder.appending(path: "skew.so").path(percentEncoded: false)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "clang", "-shared", "-fPIC", "-O1", "-o", library,
            Program.root.appending(path: "Tests/Chaos/skew.c").path(percentEncoded: false),
        ]
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        #else
        return nil
        #endif
    }

    /// What a program is started with, so that its clock is off by this much until its next start.
    func environment(seconds: Int) -> [String: String] {
        ["LD_PRELOAD": library, "CHAOS_CLOCK_SKEW": "\(seconds)"]
    }
}
