import CairnHooks
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
        _ world: HookWorld, listens: Bool = true, interval: Duration = .seconds(1), concurrency: Int = 4,
        share: Int = 4,
        bells: Bells = Bells()
    ) throws -> (HookDeliverer, PostgresPool) {
        let configuration = try Store.configuration(url: world.database.url, applicationName: "tests")
        let pool = PostgresPool(configuration: configuration)
        let own = HookWorld(
            database: TestDatabase(url: world.database.url, store: Store(pool: pool)), worker: world.worker)
        let gate = StartGate()
        let local: DirectHookClient.Lookup = { _ in [try #require(IPAddress("127.0.0.1"))] }
        gate.open()
        let deliverer = HookDeliverer(
            store: own.store, delivery: try own.delivery(timeout: .seconds(3600), lookup: local), gate: gate,
            listens: listens ? configuration : nil,
            concurrency: concurrency, share: share, interval: interval, bells: bells, logger: .silent)
        return (deliverer, pool)
    }

    private func group(_ deliverers: [HookDeliverer]) -> ServiceGroup {
        ServiceGroup(configuration: .init(services: deliverers.map { .init(service: $0) }, logger: .silent))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a deliverer hears for the sweeper what that is notified of`() async throws {
        try await HookWorld.with { world in
            let bells = Bells()
            let (deliverer, pool) = try deliverer(world, bells: bells)
            let group = group([deliverer])
            try await withThrowingTaskGroup { tasks in
                tasks.addTask { try await group.run() }
                // It listens from now on.
                await bells.sweep.wait(for: .seconds(3600))
                try await world.database.pool.execute("notify cairn_sweep")
                await bells.sweep.wait(for: .seconds(3600))
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            await pool.close()
        }
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

    @Test(.timeLimit(.minutes(5)))
    func `a host that never answers takes no more than its share, and another host's hook arrives`() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        try await Receiver.with { _ in
            for await _ in ends { break }
            return Response(status: .ok)
        } _: { silent in
            try await Receiver.with { quick in
                try await HookWorld.with { world in
                    // The lookup gives both names the address of this machine.
                    for _ in 0..<20 { try await world.completed(silent.url(host: "silent.test")) }
                    let last = try await world.completed(quick.url(host: "quick.test"))
                    let (deliverer, pool) = try deliverer(world, concurrency: 8, share: 2)
                    let group = group([deliverer])
                    try await withThrowingTaskGroup { tasks in
                        tasks.addTask { try await group.run() }
                        // None of the others has ended by then: they would wait for an hour.
                        await quick.wait(for: 1)
                        let begun = try await world.database.value(
                            "select count(*) from cairn.hooks where attempts > 0 and url ~ 'silent' and state = 'pending'",
                            as: Int64.self)
                        #expect((2...3).contains(begun ?? 0))
                        await group.triggerGracefulShutdown()
                        end.finish()
                        try await tasks.waitForAll()
                    }
                    #expect(try await world.hook(last)["state"] == "delivered")
                    await pool.close()
                }
            }
        }
    }

    @Test func `the database reads the host of a URL as the server does`() async throws {
        try await HookWorld.with { world in
            for (url, host) in [
                ("http://127.0.0.1:80/a", "127.0.0.1"), ("https://A.Example.com", "a.example.com"),
                ("https://a.example.com.:8443?x=http://b", "a.example.com"), ("http://[::1]:8080/", "[::1]"),
                ("http://a/b:c@d", "a"), ("nonsense", ""),
            ] {
                let read = try await world.database.value("select cairn.url_host(\(url))", as: String.self)
                #expect(read == host, "\(url)")
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
        var plan = HookPlan(concurrency: 3, share: 4)
        #expect(plan.next() == .claim(3, without: []))
        plan.claimed(["a", "b", "c"], of: 3)
        #expect(plan.next() == .wait)
        plan.ended("a")
        #expect(plan.next() == .claim(1, without: []))
        plan.claimed([], of: 1)
        plan.ended("b")
        #expect(plan.next() == .wait, "nothing is due: not before somebody says so")
        plan.woken()
        #expect(plan.next() == .claim(2, without: []))
        plan.close()
        #expect(plan.next() == .finish, "whatever is due: another server takes it")
    }

    @Test func `a host that has its share gets no more until one of its deliveries has ended`() {
        var plan = HookPlan(concurrency: 10, share: 2)
        #expect(plan.next() == .claim(2, without: []))
        plan.claimed(["slow", "quick"], of: 2)
        #expect(plan.next() == .claim(2, without: []))
        plan.claimed(["slow", "slow"], of: 2)
        #expect(plan.next() == .claim(2, without: ["slow"]))
        plan.claimed(["quick"], of: 2)
        #expect(plan.next() == .wait)
        plan.ended("slow")
        #expect(plan.next() == .wait, "it still has its share")
        plan.ended("slow")
        #expect(plan.next() == .claim(2, without: ["quick"]), "more of its may be due")
    }
}
