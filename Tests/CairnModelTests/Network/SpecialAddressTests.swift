import CairnModel
import Testing

/// The first and the last address of each network, and its neighbours on both sides.
@Suite struct SpecialAddressTests {
    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255",
        "192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.1", "192.168.0.0", "192.168.255.255",
        "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0",
        "239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
    ])
    func `an IPv4 address that is not one of the Internet at large is special`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).special != nil)
    }

    @Test(arguments: [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
        "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "8.8.8.8",
    ])
    func `its neighbours are not`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).special == nil)
    }

    @Test(arguments: [
        "::", "::1", "::2", "::127.0.0.1", "1::", "64:ff9b:1::1", "100::", "100::ffff:ffff:ffff:ffff", "2001::1",
        "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::1",
        "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::1", "5f00::1", "fc00::", "fd00:ec2::254",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1", "febf::1", "fec0::1", "feff::1", "ff00::", "ff02::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ])
    func `an IPv6 address that is not one of the Internet at large is special`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).special != nil)
    }

    @Test(arguments: [
        "2000::1", "2001:200::1", "2001:db7:ffff::1", "2001:db9::1", "2001:4860:4860::8888", "2003::1", "2a00::1",
        "3ffe:ffff::1", "3fff:1000::1",
    ])
    func `an IPv6 address of the Internet at large is not`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).special == nil)
    }

    @Test(arguments: ["10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "8.8.8.8"])
    func `an IPv6 address that carries an IPv4 address is as special as that`(_ text: String) throws {
        guard case .v4(let value) = try #require(IPAddress(text)) else { return }
        let hex = String(value >> 16, radix: 16) + ":" + String(value & 0xFFFF, radix: 16)
        for form in ["::ffff:\(text)", "::ffff:\(hex)", "64:ff9b::\(text)", "2002:\(hex)::1"] {
            let address = try #require(IPAddress(form))
            #expect(address.carried == .v4(value), "\(form)")
            #expect((address.special == nil) == (text == "8.8.8.8"), "\(form)")
        }
    }

    @Test(arguments: [
        "", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.01", "127.0.0.1.", "1.2.3", "256.0.0.1", "::g",
        "fe80::1%lo", "127.0.0.1\0", "[::1]", "1::2::3", "localhost", "１２７.0.0.1",
    ])
    func `what is no plain address is none`(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: ["127.0.0.1", "::1", "2001:db8::1:0:0:1", "fe80::", "0.0.0.0", "::ffff:1.2.3.4"])
    func `an address is written as it is read`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).description == text)
    }

    @Test(arguments: [
        "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "/8", "10/8", "fd00::1/8",
    ])
    func `what is no network is none`(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }
}
