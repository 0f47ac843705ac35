/// Why a PostgreSQL of one's own cannot be had, and what to do about it.
public struct EmbeddedPostgresError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// There is no PostgreSQL on this machine, or not where it was said to be.
        public static let binariesNotFound = Code(description: "binariesNotFound")
        /// The data directory was made by another major version.
        public static let versionMismatch = Code(description: "versionMismatch")
        /// The data directory, or one for the socket, cannot be used.
        public static let directory = Code(description: "directory")
        /// PostgreSQL refuses to run as root, and there is nobody else to run it as.
        public static let user = Code(description: "user")
        /// `initdb` failed.
        public static let initialization = Code(description: "initialization")
        /// The server did not start, or stopped by itself.
        public static let server = Code(description: "server")
    }

    /// What kind of failure this is.
    public var code: Code
    /// What happened.
    public var what: String
    /// What to do about it.
    public var whatToDo: String

    init(_ code: Code, _ what: String, do whatToDo: String) {
        self.code = code
        self.what = what
        self.whatToDo = whatToDo
    }

    /// What happened and what to do.
    public var description: String { "\(what). \(whatToDo)." }
}
