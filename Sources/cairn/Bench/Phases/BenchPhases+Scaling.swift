extension BenchPhases {
    /// How many steps one worker runs at once where workers are to be the limit: so few that the database is not.
    static let scalingConcurrency = 2
    static let scaledWorkers = 8

    /// Steps of 20 ms on one worker and on eight: how many times as many steps the eight do.
    func scaling(seconds: Int) async throws -> BenchFigures {
        // What a worker could do at most in this time, so that both take about as long.
        let tasks = max(Self.scalingConcurrency, Self.scalingConcurrency * 50 * seconds)
        let one = try await scaled(tasks: tasks, workers: 1)
        let eight = try await scaled(tasks: tasks * Self.scaledWorkers, workers: Self.scaledWorkers)
        var figures = BenchFigures()
        figures["scaling_1_to_8"] = eight / one
        figures["scaling_steps_per_second_1"] = one
        figures["scaling_steps_per_second_8"] = eight
        return figures
    }

    private func scaled(tasks: Int, workers: Int) async throws -> Double {
        let run = try await workOff(
            .sleeping, tasks: tasks, workers: workers, concurrency: Self.scalingConcurrency)
        return Double(tasks) / run.seconds
    }
}
