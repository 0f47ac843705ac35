/// Builds values from a text. Recursion is bounded by the limits' depth.
struct JSONParser {
    private var scanner: JSONScanner
    private let limits: JSONLimits
    private var recorder: JSONPositionRecorder?
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits, recorder: JSONPositionRecorder? = nil) {
        scanner = JSONScanner(bytes)
        self.limits = limits
        self.recorder = recorder
    }

    /// Reads the whole document.
    mutating func parse() throws(JSONFault) -> JSON {
        try scanner.beginDocument(limits)
        let value = try parseValue()
        try scanner.endDocument()
        return value
    }

    /// Where each value stands, when a recorder was given.
    var places: [JSONPointer: JSONPlace] { recorder?.places ?? [:] }

    private mutating func parseValue() throws(JSONFault) -> JSON {
        recorder?.record(valueAt: scanner.at)
        switch scanner.current {
        case UInt8(ascii: "\""): return .string(scanner.text(of: try scanner.scanString()))
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "t"):
            try scanner.scanWord("true")
            return true
        case UInt8(ascii: "f"):
            try scanner.scanWord("false")
            return false
        case UInt8(ascii: "n"):
            try scanner.scanWord("null")
            return .null
        case let byte? where JSONScanner.beginsNumber(byte):
            let range = try scanner.scanNumber()
            let digits = UnsafeBufferPointer(rebasing: scanner.bytes[range])
            return .number(JSONNumber(scanned: String(decoding: digits, as: UTF8.self)))
        default: throw scanner.valueFault()
        }
    }

    private mutating func parseArray() throws(JSONFault) -> JSON {
        try descend()
        var values: [JSON] = []
        if scanner.opensEmpty(UInt8(ascii: "]")) {
            depth -= 1
            return .array(values)
        }
        repeat {
            recorder?.enter(values.count)
            values.append(try parseValue())
            recorder?.leave()
        } while try scanner.continues(to: UInt8(ascii: "]"))
        depth -= 1
        return .array(values)
    }

    private mutating func parseObject() throws(JSONFault) -> JSON {
        try descend()
        var members: [JSONObject.Member] = []
        if scanner.opensEmpty(UInt8(ascii: "}")) {
            depth -= 1
            return .object(JSONObject())
        }
        var names = DistinctNames()
        repeat {
            let place = scanner.at
            let name = scanner.text(of: try scanner.scanName())
            guard names.insert(name, among: members) else {
                throw scanner.fault(
                    .duplicateKey, "the name \"\(name)\" appears twice in one object: remove one of them", at: place)
            }
            recorder?.enter(name, at: place)
            members.append(JSONObject.Member(name: name, value: try parseValue()))
            recorder?.leave()
        } while try scanner.continues(to: UInt8(ascii: "}"))
        depth -= 1
        return .object(JSONObject(distinct: members))
    }

    private mutating func descend() throws(JSONFault) {
        depth += 1
        if depth > limits.maxDepth { throw scanner.depthFault(limits) }
    }
}

/// Tells whether a name is new to an object; small objects are searched, large ones hashed.
private struct DistinctNames {
    private var seen: Set<ScalarString> = []

    mutating func insert(_ name: String, among members: [JSONObject.Member]) -> Bool {
        if members.count < 12 { return !members.contains { $0.name.hasSameScalars(as: name) } }
        if seen.isEmpty { seen = Set(members.map { ScalarString($0.name) }) }
        return seen.insert(ScalarString(name)).inserted
    }
}
