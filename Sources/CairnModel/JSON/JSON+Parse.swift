extension JSON {
    /// Reads a JSON document, strictly: RFC 8259 without duplicate names, and nothing that PostgreSQL's `jsonb` refuses.
    public static func parse(
        _ bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSON {
        try withBytes(bytes) { (bytes) throws(JSONFault) in
            var parser = JSONParser(bytes, limits: limits)
            return try parser.parse()
        }
    }

    /// Reads a JSON document from text.
    public static func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSON {
        try parse(text.utf8, limits: limits)
    }

    /// Checks that `bytes` are JSON that PostgreSQL's `jsonb` accepts, without building any value.
    ///
    /// Duplicate names pass (`jsonb` keeps the last); everything else is as strict as ``parse(_:limits:)-(Collection<UInt8>,_)``.
    public static func validate(
        _ bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) {
        try withBytes(bytes) { (bytes) throws(JSONFault) in
            var validator = JSONValidator(bytes, limits: limits)
            try validator.validate()
        }
    }

    /// Runs `body` on contiguous bytes and gives its fault a place.
    static func withBytes<Value>(
        _ bytes: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws(JSONFault) -> Value
    ) throws(JSONError) -> Value {
        func run(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<Value, JSONError> {
            do {
                return .success(try body(buffer))
            } catch {
                return .failure(JSONLocator(buffer).error(for: error))
            }
        }
        if let result = bytes.withContiguousStorageIfAvailable(run) { return try result.get() }
        return try Array(bytes).withUnsafeBufferPointer(run).get()
    }
}
