import CairnModel
import TestSupport

extension JSON {
    /// A random value of at most `depth` levels.
    static func random(depth: Int, using random: inout SeededRandom) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return JSON(Int64.random(in: .min ... .max, using: &random))
        case 3:
            let exponent = Int.random(in: -30...30, using: &random)
            let literal =
                "\(Int.random(in: -999...999, using: &random)).\(Int.random(in: 0...9999, using: &random))e\(exponent)"
            return JSONNumber(literal: literal).map(JSON.number) ?? .null
        case 4, 5: return .string(randomText(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            let members = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                JSONObject.Member(name: randomText(using: &random), value: .random(depth: depth - 1, using: &random))
            }
            return .object(JSONObject(members))
        }
    }

    private static func randomText(using random: inout SeededRandom) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let ranges: [ClosedRange<UInt32>] = [
                1...0x7F, 0x20...0x7E, 0x80...0x7FF, 0x800...0xD7FF, 0x10000...0x10FFFF,
            ]
            let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
            if let scalar = UnicodeScalar(UInt32.random(in: range, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
