import CairnModel
import CairnOrchestrator
import CairnStore
import Hummingbird
import Postgres
import Synchronization
import TestSupport
import Testing

/// Whoever submits a task must not reach the inside of the network through the server.
@Suite struct CallbackAddressTests {
    @Test(arguments: ["127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "[::ffff:127.0.0.1]"])
    func `a hook to an address inside is dead at once, and says how to allow it`(_ host: String) async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url(host: host))
                #expect(try await world.delivery(allowing: []).deliverDue() == 1)
                let hook = try await world.hook()
                #expect(hook["state"] == "dead" && hook["last_status"]?.isNull == true)
                let error = hook["last_error"]?.stringValue ?? ""
                #expect(error.contains("127.0.0.1") || error.contains("::1"), "\(error)")
                #expect(error.contains("loopback address"), "\(error)")
                #expect(error.contains("start the servers with --allow-callback-to"), "\(error)")
                #expect(receiver.requests.isEmpty)
            }
        }
    }

    @Test(arguments: [["127.0.0.1", "::1"], ["127.0.0.0/8", "::1"], ["localhost"]])
    func `what was allowed is posted to`(_ allowances: [String]) async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url(host: "localhost"))
                #expect(try await world.delivery(allowing: allowances).deliverDue() == 1)
                #expect(try await world.hook()["state"] == "delivered")
                #expect(receiver.requests.first?.header("host") == "localhost:\(receiver.port)")
            }
        }
    }

    @Test func `one address inside among those of a name is enough to refuse it`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url(host: "hooks.example.test"))
                let addresses = try ["8.8.8.8", "2001:4860:4860::8888", "10.1.2.3"].map { try #require(IPAddress($0)) }
                _ = try await world.delivery(allowing: ["127.0.0.1"]) { _ in addresses }.deliverDue()
                #expect(try await world.hook()["state"] == "dead")
                #expect(
                    try await world.hook()["last_error"]?.stringValue?
                        .hasPrefix("hooks.example.test resolves to 10.1.2.3, a private address (RFC 1918)") == true)
            }
        }
    }

    /// DNS rebinding: the first answer passes the check, the second leads inside.
    @Test func `a name is looked up once, and the connection is made to what was checked`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                let count = Atomic(0)
                let loopback = try #require(IPAddress("127.0.0.1"))
                let inside = try #require(IPAddress("10.1.2.3"))
                let delivery = try world.delivery { name in
                    #expect(name == "hooks.example.test")
                    return count.add(1, ordering: .relaxed).newValue == 1 ? [loopback] : [inside]
                }
                // A name that no name service knows: had anybody else looked it up, there were no connection.
                try await world.completed(receiver.url(host: "hooks.example.test"))
                _ = try await delivery.deliverDue()
                #expect(try await world.hook()["state"] == "delivered")
                #expect(count.load(ordering: .relaxed) == 1)
                #expect(receiver.requests.first?.header("host") == "hooks.example.test:\(receiver.port)")
                try await world.completed(receiver.url(host: "hooks.example.test"))
                _ = try await delivery.deliverDue()
                #expect(receiver.requests.count == 1, "the second time it leads elsewhere, and is refused")
            }
        }
    }

    @Test func `an address that does not answer leaves the next to be tried`() async throws {
        try await Receiver.with { receiver in
            try await HookWorld.with { world in
                try await world.completed(receiver.url(host: "hooks.example.test"))
                let addresses = try ["127.0.0.2", "127.0.0.1"].map { try #require(IPAddress($0)) }
                _ = try await world.delivery { _ in addresses }.deliverDue()
                #expect(try await world.hook()["state"] == "delivered")
            }
        }
    }

    @Test func `a name that does not exist is tried again`() async throws {
        try await HookWorld.with { world in
            try await world.completed("http://hooks.example.invalid/")
            _ = try await world.delivery().deliverDue()
            let hook = try await world.hook()
            #expect(hook["state"] == "pending")
            #expect(hook["last_error"]?.stringValue?.contains("cannot resolve hooks.example.invalid") == true)
        }
    }

    /// Neither REST nor SQL take one; an owner's hand can write it.
    @Test func `a URL that cannot be posted to is dead at once`() async throws {
        try await HookWorld.with { world in
            try await world.completed("http://203.0.113.7/")
            try await world.store.pool.execute("update cairn.hooks set url = 'http://2130706433/'")
            _ = try await world.delivery().deliverDue()
            #expect(try await world.hook()["state"] == "dead")
            #expect(
                try await world.hook()["last_error"]?.stringValue?.hasPrefix("callback_url must name a host") == true)
        }
    }

    @Test func `https is for the name of the URL, not for the address`() async throws {
        try await Receiver.with(isSecure: true) { _ in
            Response(status: .ok)
        } _: { receiver in
            try await HookWorld.with { world in
                let loopback = try #require(IPAddress("127.0.0.1"))
                let delivery = try world.delivery(trusting: TestCertificate.pem) { _ in [loopback] }
                let good = try await world.completed(receiver.url(host: "hooks.example.test"))
                _ = try await delivery.deliverDue()
                #expect(try await world.hook(good)["state"] == "delivered")
                #expect(receiver.requests.first?.header("host") == "hooks.example.test:\(receiver.port)")
                let other = try await world.completed(receiver.url(host: "other.example.test"))
                let address = try await world.completed(receiver.url())
                _ = try await delivery.deliverDue()
                for id in [other, address] {
                    #expect(try await world.hook(id)["state"] == "pending", "the certificate is for another name")
                }
                let unknown = try await world.completed(receiver.url(host: "hooks.example.test"))
                _ = try await world.delivery { _ in [loopback] }.deliverDue()
                #expect(try await world.hook(unknown)["state"] == "pending", "nobody vouches for the certificate")
                #expect(receiver.requests.count == 1)
            }
        }
    }
}
