import CairnModel
import Testing

@Suite struct CallbackTests {
    @Test func `a URL is taken apart`() throws {
        let url = try CallbackURL("https://Hooks.Example.com.:8443/a%20b?c=d#e")
        #expect(url.isSecure && url.port == 8443 && url.target == "/a%20b?c=d")
        #expect(url.host == .name("hooks.example.com"))
        #expect(url.authority == "hooks.example.com:8443")
        #expect(try CallbackURL("http://example.com").authority == "example.com")
        #expect(try CallbackURL("http://example.com").target == "/")
        #expect(try CallbackURL("http://example.com?a").target == "/?a")
        #expect(try CallbackURL("http://[::1]:80/").host == .address(.v6(high: 0, low: 1)))
        #expect(try CallbackURL("https://[::1]:80/").authority == "[::1]:80")
        #expect(try CallbackURL("http://127.0.0.1:81/").host == .address(.v4(0x7F00_0001)))
    }

    @Test(arguments: [
        "", "example.com", "ftp://example.com", "HTTP://example.com", "//example.com", "http://", "http:///path",
        "http://:80", "http://user@example.com", "http://user:secret@example.com/", "http://example.com:0",
        "http://example.com:65536", "http://example.com:", "http://example.com:+80", "http://example.com:80:80",
        "http://exa mple.com", "http://example.com/a b", "http://example.com/\r\nX: y", "http://exämple.com",
        "http://exa%6Dple.com", "http://127.1", "http://2130706433", "http://0x7f000001", "http://0177.0.0.1",
        "http://1.2.3.4.5", "http://a..b", "http://[127.0.0.1]", "http://[::1", "http://[::1]x",
        "http://[fe80::1%25lo]",
        "http://example.com\\@127.0.0.1:x", "http://example.com\\.evil.example",
        "http://" + String(repeating: "a", count: 64),
        "http://a/" + String(repeating: "a", count: 2000),
    ])
    func `what is no such URL is refused`(_ text: String) {
        #expect(throws: CallbackURL.Invalid.self) { try CallbackURL(text) }
    }

    @Test func `a literal address inside is refused, and the refusal says how to allow it`() throws {
        let refusal = try #require(CallbackRules().refusal(of: CallbackURL("http://169.254.169.254/latest")))
        #expect(
            refusal.message
                == "169.254.169.254 is a link-local address (RFC 3927), and hooks are not posted to such")
        #expect(refusal.hint == "start the servers with --allow-callback-to 169.254.169.254")
        #expect(try CallbackRules().refusal(of: CallbackURL("http://[::ffff:10.0.0.1]/")) != nil)
        #expect(try CallbackRules().refusal(of: CallbackURL("http://8.8.8.8/")) == nil)
        #expect(try CallbackRules().refusal(of: CallbackURL("http://localhost/")) == nil, "names are checked later")
    }

    @Test func `a name that resolves to an address inside is refused, unless the name or the address is allowed`()
        throws
    {
        let (inside, outside) = (try #require(IPAddress("10.1.2.3")), try #require(IPAddress("8.8.8.8")))
        let host = CallbackURL.Host.name("hooks.internal")
        func isAllowed(_ allowances: String..., address: IPAddress? = nil) throws -> Bool {
            try CallbackRules(allowing: allowances).refusal(of: address ?? inside, host: host) == nil
        }
        #expect(CallbackRules().refusal(of: outside, host: host) == nil)
        #expect(try !isAllowed())
        #expect(try isAllowed("10.0.0.0/8"))
        #expect(try isAllowed("10.1.2.3"))
        #expect(try isAllowed("Hooks.Internal"))
        #expect(try !isAllowed("internal", "10.1.2.4", "10.2.0.0/16", "192.168.0.0/16", "fd00::/8"))
        #expect(try isAllowed("10.0.0.0/8", address: IPAddress("::ffff:10.1.2.3")))
        #expect(try isAllowed("::1", address: IPAddress("::1")))
        let refusal = try #require(CallbackRules().refusal(of: inside, host: host))
        #expect(refusal.message.hasPrefix("hooks.internal resolves to 10.1.2.3, a private address (RFC 1918)"))
    }

    @Test(arguments: ["", "10.0.0.1/8", "10.0.0.0/99", "http://a", "a:80", "a/b", "*.example.com", "127.1", "[::1]"])
    func `what cannot be allowed is refused`(_ text: String) {
        #expect(throws: InvalidAllowance.self) { try CallbackRules(allowing: [text]) }
    }
}
