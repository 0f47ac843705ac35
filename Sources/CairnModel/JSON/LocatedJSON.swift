/// A document together with the place of every value in it.
package struct LocatedJSON: Sendable {
    /// The document's value.
    package let root: JSON
    private let bytes: [UInt8]
    private let places: [JSONPointer: JSONPlace]
    private let lines: LineIndex

    /// Reads a document, keeping places.
    package init(_ bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        let copy = Array(bytes)
        (root, places) = try JSON.withBytes(copy) { (buffer) throws(JSONFault) in
            var parser = JSONParser(buffer, limits: limits, recorder: JSONPositionRecorder())
            let root = try parser.parse()
            return (root, parser.places)
        }
        self.bytes = copy
        lines = LineIndex(copy)
    }

    /// Line and column (from 1) of the value at `pointer`; of its name when `ofName` and it has one.
    package func position(of pointer: JSONPointer, ofName: Bool = false) -> (line: Int, column: Int)? {
        guard let place = places[pointer] else { return nil }
        return lines.position(of: ofName ? place.name ?? place.value : place.value, in: bytes)
    }
}
