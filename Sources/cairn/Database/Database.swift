import CairnModel
import CairnStore
import EmbeddedPostgres
import Foundation
import Logging
import Postgres

/// The database that a command works on.
enum Database {
    /// The URL of a database that runs: the named one, or that of a running `cairn up`.
    static func runningURL(_ options: DatabaseOptions) throws(CommandError) -> String {
        let project = Project(data: options.data)
        if let named = options.named(in: project) { return named }
        if let state = UpLock.state(at: project.lock) { return state.databaseURL }
        throw project.hasDatabase
            ? CommandError(
                .unreachable, .unavailable, "the embedded database in \(project.data) is not running",
                do: "Start it with `cairn up`, or name another with DATABASE_URL")
            : none(project)
    }

    /// Runs `body` on the database. An embedded one that is not running is started for the while.
    static func with<Result>(_ options: DatabaseOptions, _ body: (String) async throws -> Result) async throws -> Result
    {
        let project = Project(data: options.data)
        if let url = options.named(in: project) ?? UpLock.state(at: project.lock)?.databaseURL {
            return try await body(url)
        }
        guard project.hasDatabase else { throw none(project) }
        let running = try await EmbeddedPostgres(dataDirectory: project.postgres, logger: quiet).start()
        do {
            let result = try await body(running.url)
            await running.stop()
            return result
        } catch {
            await running.stop()
            throw error
        }
    }

    /// Runs `body` on a store that is closed afterwards.
    static func withStore<Result>(
        _ url: String, connections: Int = 2, _ body: (Store) async throws -> Result
    ) async throws -> Result {
        let configuration = try Store.configuration(url: url, applicationName: "cairn", maxConnections: connections)
        let pool = PostgresPool(configuration: configuration, logger: quiet)
        do {
            let result = try await body(Store(pool: pool))
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    /// What a command has to say, it says itself.
    static var quiet: Logger { Logger(label: "cairn") { _ in SwiftLogNoOpLogHandler() } }

    private static func none(_ project: Project) -> CommandError {
        // What cannot be looked into may well have one.
        DataFolder(project: project).hidden
            ?? CommandError(
                .unreachable, .unavailable,
                "there is no database: DATABASE_URL is not set, and \(project.data) has none",
                do: "Start an embedded one with `cairn up`, or name one with DATABASE_URL or --database-url")
    }
}
