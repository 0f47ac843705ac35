import Foundation

/// How long and how hard.
struct ChaosSettings: Sendable {
    var seed: UInt64
    var duration: Duration
    /// Goes on for longer until this many steps have succeeded.
    var steps: Int64
    var workers = 3
    var servers = 2
    /// How many tasks are under way at a time.
    var openTasks = 30
}
