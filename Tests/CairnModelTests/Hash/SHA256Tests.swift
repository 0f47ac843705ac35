import CairnModel
import Testing

@Suite struct SHA256Tests {
    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `the digests are those of FIPS 180-4`(_ message: String, _ digest: String) {
        #expect(hex(SHA256.digest(message.utf8)) == digest)
    }

    @Test func `a long message, and every length around a block`() {
        #expect(
            hex(SHA256.digest(repeatElement(0x61, count: 1_000_000)))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        // One digest over all of them, as Python's hashlib has it.
        let all = (0...130).flatMap { SHA256.digest(repeatElement(UInt8($0), count: $0)) }
        #expect(hex(SHA256.digest(all)) == "fca3495a3fbc30990f59b06285f40a03acec6c606df73c6d666a554854cd1573")
    }

    @Test func `the codes are those of RFC 4231`() {
        func code(_ message: String, _ key: [UInt8]) -> String { hex(SHA256.hmac(message.utf8, key: key)) }
        #expect(
            code("Hi There", [UInt8](repeating: 0x0B, count: 20))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            code("what do ya want for nothing?", Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            code("Test Using Larger Than Block-Size Key - Hash Key First", [UInt8](repeating: 0xAA, count: 131))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}
