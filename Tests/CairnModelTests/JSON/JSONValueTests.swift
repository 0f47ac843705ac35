import CairnModel
import TestSupport
import Testing

@Suite("A JSON value")
struct JSONValueTests {
    @Test("survives writing and reading, compact and pretty", arguments: SeededRandom.seeds(8))
    func roundTrips(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<25 {
            let value = JSON.random(depth: 5, using: &random)
            let again = try JSON.parse(value.text)
            #expect(again == value, "seed \(seed)")
            #expect(again.text == value.text, "seed \(seed)")
            #expect(try JSON.parse(value.prettyText).text == value.text, "seed \(seed)")
            #expect(throws: Never.self, "seed \(seed)") { try JSON.validate(value.bytes) }
            #expect(value.canonical == value, "seed \(seed)")
            #expect(value.canonical.hashValue == value.hashValue, "seed \(seed)")
            #expect(try JSON.parse(value.canonicalText).canonicalText == value.canonicalText, "seed \(seed)")
        }
    }

    @Test(
        "is never a crash to read, whatever the bytes; and validating agrees with parsing",
        arguments: SeededRandom.seeds(8))
    func survivesMutation(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let marks = Array("{}[]\",:\\u0019eE+-.truefalsn \n".utf8) + [0, 0x80, 0xC3, 0xE2, 0xF0, 0xFF]
        for _ in 0..<150 {
            var bytes = JSON.random(depth: 4, using: &random).bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = marks[Int.random(in: 0..<marks.count, using: &random)]
                case 1: bytes.insert(marks[Int.random(in: 0..<marks.count, using: &random)], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
                }
            }
            let parsed = Result { try JSON.parse(bytes) }
            let validated = Result { try JSON.validate(bytes) }
            switch (parsed, validated) {
            case (.success, .success): break
            case (.failure(let one), .failure(let other)):
                guard let one = one as? JSONError, one.code != .duplicateKey else { break }
                #expect(one == other as? JSONError, "seed \(seed)")
            case (.failure(let error as JSONError), .success): #expect(error.code == .duplicateKey, "seed \(seed)")
            default: Issue.record("seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    @Test("equals another as jsonb sees it: by value, whatever the order of members")
    func comparesAsJSONB() throws {
        #expect(try JSON.parse(#"{"a":1,"b":[2.0]}"#) == JSON.parse(#"{"b":[20e-1],"a":1.00}"#))
        #expect(JSON.string("é") != JSON.string("e\u{301}"))
        #expect(try JSON.parse("{\"é\":1,\"e\u{301}\":2}").objectValue?.count == 2)
        #expect(JSON.string("1") != 1)
    }

    @Test(
        "has one canonical text",
        arguments: [
            (#"{"b":1.0,"a":-0,"aa":{"z":1e2,"y":[]}}"#, #"{"a":0,"aa":{"y":[],"z":100},"b":1}"#),
            ("[1e0, 10e-1, 0.1e1, 1.000]", "[1,1,1,1]"), ("[-0.0, 0e5, 0.00]", "[0,0,0]"),
            ("[1e21, 1e20, 123e-5, 1e-7, 1.5e300]", "[1e+21,100000000000000000000,0.00123,1e-7,1.5e+300]"),
            ("{\"\u{10000}\":1,\"\u{FFFF}\":2}", "{\"\u{FFFF}\":2,\"\u{10000}\":1}"),
        ])
    func isCanonical(_ text: String, _ canonical: String) throws {
        #expect(try JSON.parse(text).canonicalText == canonical)
    }

    @Test("is reached by name and index")
    func hasAccessors() throws {
        var object = try JSONObject([.init(name: "a", value: [1, "x"]), .init(name: "b", value: JSON.parse("1.0"))])
        let value = JSON.object(object)
        #expect(value["a"]?[1]?.stringValue == "x")
        #expect(value["b"]?.intValue == 1)
        #expect(value["c"] == nil)
        #expect(value["a"]?[2] == nil)
        object["b"] = nil
        object["c"] = true
        #expect(object.names == ["a", "c"])
    }

    @Test("has pointers that escape what they must")
    func hasPointers() {
        let pointer = JSONPointer.root.appending("a/b").appending("~").appending(3).appending("")
        #expect(pointer.description == "/a~1b/~0/3/")
        #expect(pointer.tokens == ["a/b", "~", "3", ""])
        #expect(JSONPointer.root.tokens == [])
    }

    @Test("writes control characters as escapes")
    func escapes() {
        #expect(JSON.string("\u{1}\u{1f}\n\"\\é").text == #""\u0001\u001f\n\"\\é""#)
    }
}

@Suite("A JSON number")
struct JSONNumberTests {
    @Test("of any length is kept exactly")
    func isExact() throws {
        let digits = String(repeating: "7", count: 131_072)
        #expect(try JSON.parse(digits).text == digits)
        #expect(JSONNumber(literal: "7" + digits) == nil)
        let fraction = "0." + String(repeating: "3", count: 16_383)
        #expect(try JSON.parse(fraction).text == fraction)
        #expect(JSONNumber(literal: fraction + "3") == nil)
        #expect(try JSON.parse("1e131071").text == "1e131071")
        #expect(try JSON.parse("1e-16383").text == "1e-16383")
        #expect(try JSON.parse("0e131072").text == "0e131072")
        #expect(try JSON.parse("0.001e131074").text == "0.001e131074")
    }

    @Test(
        "is whole when its value is",
        arguments: [
            ("1.0", 1), ("1e3", 1000), ("-0", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("1.5", nil), ("1e19", nil), ("120e-1", 12), ("1e-1", nil), ("1e131071", nil),
        ] as [(String, Int64?)])
    func isWhole(_ literal: String, _ value: Int64?) {
        #expect(JSONNumber(literal: literal)?.intValue == value)
    }

    @Test(
        "orders by value",
        arguments: [("1", "2"), ("-2", "-1"), ("-1", "0"), ("9", "10"), ("1e-5", "1e5"), ("0.15", "0.2")])
    func orders(_ less: String, _ more: String) throws {
        let (less, more) = try (#require(JSONNumber(literal: less)), #require(JSONNumber(literal: more)))
        #expect(less < more)
        #expect(!(more < less))
        #expect(!(less < less))
    }

    @Test(
        "is not made from text that is none", arguments: ["", "-", "1 ", " 1", "abc", "1,", "0x1", "1e", "--1", "NaN"])
    func isStrict(_ text: String) { #expect(JSONNumber(literal: text) == nil) }

    @Test("is not made from NaN or infinity")
    func isFinite() {
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(0.1)?.literal == "0.1")
        #expect(JSONNumber(literal: "1e400")?.doubleValue == nil)
    }
}
