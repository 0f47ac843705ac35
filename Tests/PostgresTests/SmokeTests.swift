import Postgres
import TestSupport
import Testing

@Suite struct SmokeTests {
    @Test func `a value goes there and back`() async throws {
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: await TestCluster.shared.database()))
        #expect(try await pool.query("select \(41 as Int64) + 1", as: Int64.self) == [42])
        await pool.close()
    }
}
