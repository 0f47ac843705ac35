import CairnModel
import Testing

@Suite("A JSON document")
struct JSONParsingTests {
    @Test(
        "is read as RFC 8259 says",
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("\t[\r\n]", []), ("{ }", [:]),
            ("[1, 2.5, -0.0, 1e3]", [1, 2.5, 0, 1000]), (#"{"a":{"b":[null]}}"#, ["a": ["b": [nil]]]),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\uD83D\uDE00é😀""#, "é😀é😀"),
            (#""\uD7FF\uE000""#, "\u{D7FF}\u{E000}"), ("\"\u{7f}\"", "\u{7f}"),
        ] as [(String, JSON)])
    func isRead(_ text: String, _ value: JSON) throws {
        #expect(try JSON.parse(text) == value)
        #expect(throws: Never.self) { try JSON.validate(text.utf8) }
    }

    @Test("keeps the order of its members and the text of its numbers")
    func keepsOrderAndLiterals() throws {
        let text = #"{"z":1.50,"a":[1E+2,-0,123456789012345678901234567890.00],"é":0.1e-7}"#
        #expect(try JSON.parse(text).text == text)
    }

    static let refusals: [(String, JSONError.Code, line: Int, column: Int, pointer: String)] = [
        ("", .empty, 1, 1, ""), (" \n ", .empty, 2, 2, ""), ("{} x", .trailing, 1, 4, ""), ("1 2", .trailing, 1, 3, ""),
        ("{\"a\":1,\n \"a\":2}", .duplicateKey, 2, 2, ""), (#"{"a":1,"\u0061":2}"#, .duplicateKey, 1, 8, ""),
        ("[1,]", .syntax, 1, 4, "/1"), ("{\"a\":1,}", .syntax, 1, 8, ""), ("[1 2]", .syntax, 1, 4, "/0"),
        ("{'a':1}", .syntax, 1, 2, ""), ("{\"a\" 1}", .syntax, 1, 6, "/a"), ("[NaN]", .syntax, 1, 2, "/0"),
        ("[-Infinity]", .syntax, 1, 3, "/0"), ("Infinity", .syntax, 1, 1, ""), ("[nul]", .syntax, 1, 2, "/0"),
        ("nullx", .syntax, 1, 5, ""), ("[01]", .syntax, 1, 2, "/0"), ("[1.]", .syntax, 1, 4, "/0"),
        ("[.5]", .syntax, 1, 2, "/0"), ("[1e]", .syntax, 1, 4, "/0"), ("[+1]", .syntax, 1, 2, "/0"),
        ("// x", .syntax, 1, 1, ""), ("[", .syntax, 1, 2, "/0"), ("{\"a\":", .syntax, 1, 6, "/a"),
        ("\"abc", .syntax, 1, 1, ""), ("[\"a\nb\"]", .syntax, 1, 2, "/0"), (#"["\x"]"#, .syntax, 1, 3, "/0"),
        (#"["\u12G4"]"#, .syntax, 1, 3, "/0"), ("\u{FEFF}{}", .syntax, 1, 1, ""),
        (#"{"é":["\u0000"]}"#, .nulCharacter, 1, 8, "/é/0"), (#"["\uD800"]"#, .loneSurrogate, 1, 3, "/0"),
        (#"["\uDC00x"]"#, .loneSurrogate, 1, 3, "/0"), (#"["\uD800\u0041"]"#, .loneSurrogate, 1, 3, "/0"),
        (#"{"a/b":{"c~d":[0,1,tru]}}"#, .syntax, 1, 20, "/a~1b/c~0d/2"), ("{\"a\":1 \"b\":2}", .syntax, 1, 8, "/a"),
        ("[1e131072]", .numberRange, 1, 2, "/0"), ("[1e-16384]", .numberRange, 1, 2, "/0"),
        ("[0e-16384]", .numberRange, 1, 2, "/0"), ("[0e1073741823]", .numberRange, 1, 2, "/0"),
        ("[1.0e-16383]", .numberRange, 1, 2, "/0"), ("[1e99999999999999999999]", .numberRange, 1, 2, "/0"),
    ]

    @Test("is refused with code, place and pointer", arguments: refusals)
    func isRefused(_ text: String, _ code: JSONError.Code, line: Int, column: Int, pointer: String) throws {
        let error = try #require(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error.code == code)
        #expect([error.line, error.column] == [line, column], "\(error)")
        #expect(error.pointer.description == pointer)
        #expect(!error.message.isEmpty)
        if code != .duplicateKey {
            let same = try #require(throws: JSONError.self) { try JSON.validate(text.utf8) }
            #expect(same == error)
        }
    }

    @Test(
        "that is not UTF-8 is refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        ] as [[UInt8]])
    func isUTF8(_ bytes: [UInt8]) throws {
        let text = [0x22] + bytes + [0x22]
        #expect(try #require(throws: JSONError.self) { try JSON.parse(text) }.code == .invalidUTF8)
        #expect(try #require(throws: JSONError.self) { try JSON.validate(text) }.code == .invalidUTF8)
    }

    @Test("may be as deep as the limits say and no deeper", arguments: [1, 2, 63, 64, 65, 100, 512])
    func hasDepth(_ depth: Int) throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = open == "[" ? "" : "1"
            let text = String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
            let limits = JSONLimits(maxDepth: depth)
            #expect(throws: Never.self) { try JSON.parse(text, limits: limits) }
            #expect(throws: Never.self) { try JSON.validate(text.utf8, limits: limits) }
            let tighter = JSONLimits(maxDepth: depth - 1)
            #expect(try #require(throws: JSONError.self) { try JSON.parse(text, limits: tighter) }.code == .tooDeep)
            #expect(
                try #require(throws: JSONError.self) { try JSON.validate(text.utf8, limits: tighter) }.code == .tooDeep)
        }
    }

    @Test("nested a hundred thousand times is refused, not a crash")
    func isNotRecursive() throws {
        let text = String(repeating: "[", count: 100_000)
        let limits = JSONLimits(maxDepth: .max)
        #expect(try #require(throws: JSONError.self) { try JSON.parse(text, limits: limits) }.code == .tooDeep)
    }

    @Test("larger than the limits is refused before it is read")
    func hasSize() throws {
        let limits = JSONLimits(maxBytes: 10)
        #expect(throws: Never.self) { try JSON.parse("[12345678]", limits: limits) }
        #expect(
            try #require(throws: JSONError.self) { try JSON.parse("[123456789]", limits: limits) }.code == .tooLarge)
    }

    @Test("tells where each of its values and names stands")
    func hasPlaces() throws {
        let located = try LocatedJSON("{\n  \"é\": [1,\n   \"x\"], \"b\": {}}".utf8)
        let list = JSONPointer.root.appending("é")
        #expect(try #require(located.position(of: list)) == (2, 8))
        #expect(try #require(located.position(of: list, ofName: true)) == (2, 3))
        #expect(try #require(located.position(of: list.appending(1))) == (3, 4))
        #expect(try #require(located.position(of: .root)) == (1, 1))
        #expect(located.position(of: list.appending(2)) == nil)
    }

    @Test("has places also in lines of a million characters")
    func hasPlacesInLongLines() throws {
        let text = "[" + String(repeating: "\"é\",", count: 250_000) + "x]"
        let error = try #require(throws: JSONError.self) { try JSON.parse(text) }
        #expect([error.line, error.column] == [1, 1_000_002])
        #expect(error.pointer.description == "/250000")
    }

    @Test("is measured as PostgreSQL writes it: numbers with great exponents count with all their digits")
    func expandedNumbers() throws {
        let text = "[" + Array(repeating: "1e100000", count: 100).joined(separator: ",") + "]"
        _ = try JSON.parse(text, limits: JSONLimits(maxBytes: 11_000_000))
        let error = #expect(throws: JSONError.self) {
            try JSON.parse(text, limits: JSONLimits(maxBytes: 9_000_000))
        }
        #expect(error?.code == .tooLarge)
    }
}
