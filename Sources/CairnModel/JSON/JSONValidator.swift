/// Checks a text without building anything: no allocation per value, a bit per level of nesting.
///
/// It accepts nothing that PostgreSQL's `jsonb` refuses. It does not look for duplicate names (`jsonb` keeps the last).
struct JSONValidator {
    private var scanner: JSONScanner
    private let limits: JSONLimits
    private var stack: NestingStack

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        scanner = JSONScanner(bytes)
        self.limits = limits
        stack = NestingStack()
    }

    mutating func validate() throws(JSONFault) {
        try scanner.beginDocument(limits)
        try enterValue()
        while let isObject = stack.top {
            let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
            guard try scanner.continues(to: close) else {
                stack.pop()
                continue
            }
            if isObject { _ = try scanner.scanName() }
            try enterValue()
        }
        try scanner.endDocument()
    }

    /// Reads a scalar, or opens containers down to the first scalar or empty container.
    private mutating func enterValue() throws(JSONFault) {
        while true {
            switch scanner.current {
            case UInt8(ascii: "\""):
                _ = try scanner.scanString()
                return
            case UInt8(ascii: "{"):
                try push(isObject: true)
                if scanner.opensEmpty(UInt8(ascii: "}")) {
                    stack.pop()
                    return
                }
                _ = try scanner.scanName()
            case UInt8(ascii: "["):
                try push(isObject: false)
                if scanner.opensEmpty(UInt8(ascii: "]")) {
                    stack.pop()
                    return
                }
            case UInt8(ascii: "t"): return try scanner.scanWord("true")
            case UInt8(ascii: "f"): return try scanner.scanWord("false")
            case UInt8(ascii: "n"): return try scanner.scanWord("null")
            case let byte? where JSONScanner.beginsNumber(byte):
                try scanner.scanNumber()
                return
            default: throw scanner.valueFault()
            }
        }
    }

    private mutating func push(isObject: Bool) throws(JSONFault) {
        if stack.count >= limits.maxDepth { throw scanner.depthFault(limits) }
        stack.push(isObject)
    }
}

/// A stack of "object or array", one bit a level; the first 64 levels cost no allocation.
private struct NestingStack {
    private(set) var count = 0
    private var low: UInt64 = 0
    private var high: [Bool] = []

    var top: Bool? {
        guard count > 0 else { return nil }
        return count > 64 ? high[count - 65] : low >> UInt64(count - 1) & 1 == 1
    }

    mutating func push(_ bit: Bool) {
        if count >= 64 {
            high.append(bit)
        } else {
            let mask: UInt64 = 1 << UInt64(count)
            low = bit ? low | mask : low & ~mask
        }
        count += 1
    }

    mutating func pop() {
        count -= 1
        if count >= 64 { high.removeLast() }
    }
}
