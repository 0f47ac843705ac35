import CairnModel
import CairnOrchestrator
import CairnStore
import Foundation
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct HookServerTests {
    /// A server's deliverer, with connections of its own.
    private func deliverer(
        _ world: HookWorld, listens: Bool = true, interval: Duration = .seconds(1)
    ) throws -> (HookDeliverer, PostgresPool) {
        let configuration = try Store.configuration(url: world.database.url, applicationName: "tests")
        let pool = PostgresPool(configuration: configuration)
        let own = HookWorld(
            database: TestDatabase(url: world.database.url, store: Store(pool: pool)), worker: world.worker)
        let gate = StartGate()
        gate.open()
        let deliverer = HookDeliverer(
            store: own.store, delivery: try own.delivery(), gate: gate, listens: listens ? configuration : nil,
            concurrency: 4, interval: interval, logger: .silent)
        return (deliverer, pool)
    }

    private func group(_ deliverers: [HookDeliverer]) -> ServiceGroup {
        ServiceGroup(configuration: .init(services: deliverers.map { .init(service: $0) }, logger: .silent))
    }

    @Test func `two servers deliver each hook once`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                for _ in 0..<40 { try await world.completed(receiver.url()) }
                let (first, firstPool) = try deliverer(world)
                let (second, secondPool) = try deliverer(world)
                let group = group([first, second])
                try await withThrowingTaskGroup { tasks in
                    tasks.addTask { try await group.run() }
                    await receiver.wait(for: 40)
                    // What is under way is finished, and noted.
                    await group.triggerGracefulShutdown()
                    try await tasks.waitForAll()
                }
                let states = try await world.database.value(
                    "select string_agg(distinct state || ' ' || attempts, ', ') from cairn.hooks", as: String.self)
                #expect(states == "delivered 1")
                #expect(receiver.requests.count == 40)
                #expect(Set(receiver.requests.map { $0.header("webhook-id") }).count == 40)
                await firstPool.close()
                await secondPool.close()
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [(true, Duration.seconds(3600)), (false, .milliseconds(20))])
    func `a server hears of a hook without having to look, or looks where it cannot hear`(
        _ listens: Bool, _ interval: Duration
    ) async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                let (deliverer, pool) = try deliverer(world, listens: listens, interval: interval)
                let group = group([deliverer])
                try await withThrowingTaskGroup { tasks in
                    tasks.addTask { try await group.run() }
                    for _ in 0..<3 {
                        try await world.completed(receiver.url())
                        await receiver.wait(for: 1)
                    }
                    await group.triggerGracefulShutdown()
                    try await tasks.waitForAll()
                }
                #expect(try await world.hook()["state"] == "delivered")
                await pool.close()
            }
        }
    }

    @Test func `a server that stops finishes what it has begun`() async throws {
        let (shutdowns, shutdown) = AsyncStream.makeStream(of: Void.self)
        try await Receiver.with { _ in
            // Answers once the server has been told to stop.
            for await _ in shutdowns { break }
            return Response(status: .ok)
        } _: { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url())
                let (deliverer, pool) = try deliverer(world)
                let group = group([deliverer])
                try await withThrowingTaskGroup { tasks in
                    tasks.addTask { try await group.run() }
                    await receiver.wait(for: 1)
                    await group.triggerGracefulShutdown()
                    shutdown.yield()
                    try await tasks.waitForAll()
                }
                #expect(try await world.hook()["state"] == "delivered")
                await pool.close()
            }
        }
    }

    @Test func `a server that is killed while it delivers leaves the hook to another, with the same id`() async throws {
        let (kills, kill) = AsyncStream.makeStream(of: Void.self)
        try await Receiver.with { request in
            // The first never gets its answer.
            if request.number == 1 { for await _ in kills { break } }
            return Response(status: .ok)
        } _: { receiver in
            try await HookWorld.with { world in
                let allowed = ["--database-url", world.database.url, "--allow-callback-to", "127.0.0.1"]
                let server = try ServerProcess(allowed)
                try await world.completed(receiver.url())
                await receiver.wait(for: 1)
                server.kill()
                kill.yield()
                let hook = try await world.hook()
                #expect(hook["state"] == "pending" && hook["attempts"] == 1)
                #expect((1...60).contains(try await world.wait()))
                #expect(try await world.delivery().deliverDue() == 0, "its lease still runs")
                try await world.setClock("61 seconds")
                #expect(try await world.delivery().deliverDue() == 1)
                #expect(try await world.hook()["state"] == "delivered")
                #expect(Set(receiver.requests.map { $0.header("webhook-id") }).count == 1)
            }
        }
    }

    @Test func `the program signs with the secrets of its environment, and refuses what is none`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                let server = try ServerProcess(
                    ["--database-url", world.database.url, "--allow-callback-to", "127.0.0.0/8"],
                    environment: ["CAIRN_WEBHOOK_SECRET": HookWorld.secret])
                try await world.completed(receiver.url())
                await receiver.wait(for: 1)
                server.terminate()
                #expect(server.wait() == 0)
                #expect(receiver.requests.first?.header("webhook-signature")?.hasPrefix("v1,") == true)
                #expect(try await world.hook()["state"] == "delivered")
            }
        }
        let binary = ServerProcess.products.appending(path: "cairn-server")
        let url = ["--database-url", "postgres://localhost:1/none"]
        let secret = try ServerProcess.run(binary, url + ["--webhook-secret", "hunter2"])
        #expect(secret.code == 2 && !secret.error.contains("hunter2"))
        let network = try ServerProcess.run(binary, url + ["--allow-callback-to", "10.0.0.1/8"])
        #expect(network.code == 2 && network.error.contains("10.0.0.0/8"))
    }
}

@Suite struct HookPlanTests {
    @Test func `no more is claimed than can be begun`() {
        var plan = HookPlan(concurrency: 3)
        #expect(plan.next() == .claim(3))
        plan.claimed(3, of: 3)
        #expect(plan.next() == .wait)
        plan.ended()
        #expect(plan.next() == .claim(1))
        plan.claimed(0, of: 1)
        plan.ended()
        #expect(plan.next() == .wait, "nothing is due: not before somebody says so")
        plan.woken()
        #expect(plan.next() == .claim(2))
        plan.close()
        #expect(plan.next() == .finish, "whatever is due: another server takes it")
    }
}
