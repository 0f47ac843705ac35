/// What a JSON document may cost its reader.
public struct JSONLimits: Sendable, Hashable {
    /// The deepest nesting any reader here accepts, whatever is asked for: readers may recurse.
    public static let greatestDepth = 512

    /// The largest document, in bytes. 16 MiB unless said otherwise.
    public var maxBytes: Int
    /// How deep arrays and objects may be nested: `[]` is 1, `[[]]` is 2. 64 unless said otherwise.
    public var maxDepth: Int

    /// Limits; `maxDepth` above ``greatestDepth`` is taken as that.
    public init(maxBytes: Int = 16 * 1024 * 1024, maxDepth: Int = 64) {
        self.maxBytes = maxBytes
        self.maxDepth = min(maxDepth, JSONLimits.greatestDepth)
    }
}
