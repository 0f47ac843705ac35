/// The version of this library, as workers report it.
public enum WorkerVersion {
    /// The version.
    public static let current = "0.1.0"
}
