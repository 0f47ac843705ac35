import EmbeddedPostgres
import Foundation

/// The private PostgreSQL of a benchmark: its defaults, and a count of the statements.
enum BenchCluster {
    /// What differs from the defaults: checkpoints by size would come at random times, and nobody could compare two runs.
    private static let defaults = ["max_wal_size": "4GB"]

    /// Runs `body` on a new one, which is told these settings, too, and thrown away afterwards.
    static func with<Result>(
        settings given: [String: String], _ body: (EmbeddedPostgres.Running) async throws -> Result
    ) async throws -> Result {
        let settings = defaults.merging(given) { $1 }
        let folder = FileManager.default.temporaryDirectory.appending(path: "cairn-bench-\(getpid())")
        var postgres = EmbeddedPostgres(
            dataDirectory: folder.path(percentEncoded: false),
            settings: ["shared_preload_libraries": "pg_stat_statements"].merging(settings) { $1 },
            logger: Database.quiet)
        postgres.isTemporary = true
        let running: EmbeddedPostgres.Running
        do {
            running = try await postgres.start()
        } catch let error as EmbeddedPostgresError where error.what.contains("pg_stat_statements") {
            // A PostgreSQL without its contributed modules: everything but the statements can be counted.
            postgres.settings = settings
            running = try await postgres.start()
        }
        do {
            let result = try await body(running)
            await running.stop()
            return result
        } catch {
            await running.stop()
            throw error
        }
    }

    /// The process that all others of the server come from.
    static func postmaster(of running: EmbeddedPostgres.Running) -> Int? {
        let file = try? String(contentsOfFile: running.dataDirectory + "/postmaster.pid", encoding: .utf8)
        return file?.split(separator: "\n").first.flatMap { Int($0) }
    }
}
