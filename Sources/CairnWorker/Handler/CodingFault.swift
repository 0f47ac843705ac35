/// What is wrong with a document that does not decode or a value that does not encode, in one line and without values.
enum CodingFault {
    static func describe(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            "\(place(context.codingPath + [key])) is missing"
        case DecodingError.valueNotFound(let type, let context):
            "\(place(context.codingPath)) is null, and must be \(type)"
        case DecodingError.typeMismatch(let type, let context):
            "\(place(context.codingPath)) is not \(type)"
        case DecodingError.dataCorrupted(let context):
            "\(place(context.codingPath)): \(context.debugDescription)"
        case EncodingError.invalidValue(_, let context):
            "\(place(context.codingPath)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    /// A path as a JSON pointer; the whole document has a name of its own.
    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "the document" : path.map { "/" + ($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }
}
