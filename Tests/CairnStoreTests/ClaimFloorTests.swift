import CairnStore
import Postgres
import TestSupport
import Testing

/// Floors spare a claim what has ended; beside them they must neither keep a step from it nor change the order.
@Suite("A claim with floors") struct ClaimFloorTests {
    /// Tasks of one step, in this order.
    private func submit(
        _ database: TestDatabase, _ tasks: [(namespace: String, priority: Int)]
    ) async throws -> [Int64] {
        var ids: [Int64] = []
        for (namespace, priority) in tasks {
            ids.append(
                try await database.submit("one", namespace: namespace, options: #"{"priority":\#(priority)}"#))
        }
        return ids
    }

    private func register(_ database: TestDatabase, _ namespaces: [String]) async throws -> [Int32] {
        for namespace in namespaces {
            try await database.register(echoTemplate("one", [("a", [])], namespace: namespace))
        }
        return try await database.pool.query(
            "select n.id from unnest(\(namespaces)) with ordinality x (name, at) join cairn.namespaces n using (name) order by at",
            as: Int32.self)
    }

    private func claim(
        _ database: TestDatabase, _ worker: Int64, want: Int32 = 20, _ floors: [(Int32, Int16, Int64)]
    ) async throws -> [Int64] {
        try await database.store.exchange(
            ExchangeRequest(
                workerID: worker, want: want,
                floors: floors.map { ClaimFloor(namespaceID: $0.0, rank: $0.1, taskID: $0.2) })
        ).claimed.map(\.taskID)
    }

    @Test("of several namespaces looks in each from its own")
    func several() async throws {
        try await TestDatabase.with { database in
            let namespaces = try await register(database, ["test", "other"])
            let worker = try await database.worker(namespaces: ["test", "other"])
            let ids = try await submit(
                database, [("test", 0), ("other", 0), ("test", 0), ("other", 0), ("other", 3)])
            let claimed = try await claim(
                database, worker, [(namespaces[0], 0, ids[2]), (namespaces[1], 0, ids[3]), (namespaces[1], -7, ids[4])])
            #expect(claimed.sorted() == [ids[2], ids[3], ids[4]], "\(ids)")
        }
    }

    @Test("of a namespace that is not the worker's is a claim from the start")
    func foreign() async throws {
        try await TestDatabase.with { database in
            let namespaces = try await register(database, ["test", "other"])
            let worker = try await database.worker()
            let ids = try await submit(database, [("test", 0), ("other", 0), ("test", 2)])
            #expect(try await claim(database, worker, [(namespaces[1], 0, 0)]) == [ids[2], ids[0]])
        }
    }

    @Test("ends where it has what it wants, within a rank, between the known ones or at the end of one")
    func want() async throws {
        try await TestDatabase.with { database in
            let namespace = try await register(database, ["test"])[0]
            let worker = try await database.worker()
            let ids = try await submit(
                database, [1, 1, 1, 0, 0, -2, -2, -5].map { ("test", $0) })
            // Of ranks -1 and 5 it knows, of those between it does not.
            let floors = [(namespace, Int16(-1), ids[0]), (namespace, Int16(5), ids[7])]
            #expect(try await claim(database, worker, want: 2, floors) == Array(ids[0..<2]))
            #expect(try await claim(database, worker, want: 2, floors) == Array(ids[2..<4]))
            #expect(try await claim(database, worker, want: 1, floors) == [ids[4]])
            #expect(try await claim(database, worker, want: 5, floors) == Array(ids[5..<8]))
            #expect(try await claim(database, worker, want: 5, floors) == [])
        }
    }

    @Test("finds the highest and the lowest priority there is, known or not")
    func extremes() async throws {
        try await TestDatabase.with { database in
            let namespace = try await register(database, ["test"])[0]
            let worker = try await database.worker()
            for floors in [[], [0], [-1000, 1000], [Int16.min, Int16.max]] as [[Int16]] {
                let ids = try await submit(database, [-1000, 0, 1000].map { ("test", $0) })
                #expect(
                    try await claim(database, worker, floors.map { (namespace, $0, ids[0]) }) == ids.reversed(),
                    "\(floors)")
            }
        }
    }

    @Test("in any order, of which one rank is named twice, looks from the lower one")
    func twice() async throws {
        try await TestDatabase.with { database in
            let namespace = try await register(database, ["test"])[0]
            let worker = try await database.worker()
            let ids = try await submit(database, [0, 0, 0, 4].map { ("test", $0) })
            let claimed = try await claim(
                database, worker, [(namespace, 0, ids[2]), (namespace, 0, ids[1]), (namespace, -4, ids[0])])
            #expect(claimed == [ids[3], ids[1], ids[2]], "\(ids)")
        }
    }

    @Test("or without reads what it claims, and not what else waits", arguments: [true, false])
    func reads(hasFloor: Bool) async throws {
        try await TestDatabase.with(connections: 1) { database in
            let namespace = try await register(database, ["test"])[0]
            // The plan is made while next to nothing waits.
            try await database.pool.execute("vacuum analyze")
            let worker = try await database.worker()
            func entries() async throws -> Int64 {
                try await database.pool.execute("select pg_stat_force_next_flush()")
                return try await database.value(
                    "select idx_tup_read from pg_stat_user_indexes where indexrelname = 'step_core_ready'",
                    as: Int64.self) ?? -1
            }
            for others in [0, 2000] {
                _ = try await submit(database, [1, 0, 0].map { ("test", $0) })
                try await database.pool.execute(
                    """
                    select cairn.submit_task('test', 'one', options => '{"priority": -1}')
                    from generate_series(1, \(Int32(others)))
                    """)
                let before = try await entries()
                let claimed = try await claim(database, worker, want: 3, hasFloor ? [(namespace, 0, 1)] : [])
                #expect(claimed.count == 3)
                let read = try await entries() - before
                #expect(read < 20, "\(read) entries of the index of ready steps, with \(others) others")
            }
        }
    }
}
