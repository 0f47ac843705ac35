/// The version of everything here: command, server, worker and library are released together.
public enum CairnVersion {
    /// The version, as Semantic Versioning 2.0.0 writes it.
    public static let current = "0.1.0"
}
