import Foundation

/// What processes have used, as the kernel counts it (`/proc`, Linux only: proc(5)).
enum ProcessMeter {
    struct Usage: Sendable {
        var cpuSeconds = 0.0
        /// The highest that one process had at any time.
        var peakRSSMegabytes = 0.0
        /// The highest that one process has now.
        var rssMegabytes = 0.0
    }

    /// Processes with exactly this command line.
    static func running(_ command: [String]) -> [Int] {
        let wanted = command.joined(separator: "\0") + "\0"
        return all().filter { read("\($0)/cmdline") == wanted }
    }

    /// A process and those that it has started.
    static func family(of pid: Int) -> [Int] {
        [pid] + all().filter { Int(fields($0).dropFirst(1).first ?? "") == pid }
    }

    /// What these processes have used; nil where that cannot be told.
    static func usage(of pids: [Int], withEndedChildren: Bool = false) -> Usage? {
        guard !pids.isEmpty else { return nil }
        var usage = Usage()
        for pid in pids {
            // From the third field on (the second may have spaces): state, ppid, …; utime is the 14th, cutime the 16th.
            let times = fields(pid).dropFirst(11).prefix(withEndedChildren ? 4 : 2).compactMap { Double($0) }
            usage.cpuSeconds += times.reduce(0, +) / ticksPerSecond
            let status = read("\(pid)/status").split(separator: "\n")
            func megabytes(_ name: String) -> Double {
                let line = status.first { $0.hasPrefix(name) }
                return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
            }
            usage.peakRSSMegabytes = max(usage.peakRSSMegabytes, megabytes("VmHWM:"))
            usage.rssMegabytes = max(usage.rssMegabytes, megabytes("VmRSS:"))
        }
        return usage
    }

    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    private static func all() -> [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int($0) }
    }

    private static func read(_ path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: "/proc/\(path)") else { return "" }
        defer { try? file.close() }
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }

    private static func fields(_ pid: Int) -> [Substring] {
        let text = read("\(pid)/stat")
        guard let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
