import CairnClient
import Foundation

/// Looks now and then why a task that is watched does not go on.
struct ObstacleLook {
    /// What was in the way at the last look.
    private(set) var obstacles: [Obstacle] = []
    private var told: Set<String> = []
    private var next = ContinuousClock.now

    var lines: [String] { obstacles.flatMap(\.lines) }

    /// Looks if it is time to, and returns what has not been told since it came.
    mutating func look(_ task: TaskObject, _ client: CairnClient) async -> [String] {
        guard Obstacle.mayBe(in: task, now: Date()) else {
            obstacles = []
            told = []
            return []
        }
        guard ContinuousClock.now >= next else { return [] }
        obstacles = await client.obstacles(to: task)
        next = .now + .seconds(2)
        told.formIntersection(obstacles.map(\.key))
        return obstacles.filter { told.insert($0.key).inserted }.flatMap(\.lines)
    }
}
