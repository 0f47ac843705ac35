/// The names of metadata in log lines.
enum LogKey {
    static let requestID = "request.id"
    static let method = "method"
    static let path = "path"
    static let status = "status"
    static let duration = "duration_ms"
    static let errorID = "error.id"
    static let error = "error"
}
