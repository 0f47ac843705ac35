import CLibPQ
import Logging

extension WireConnection {
    /// Connects on a helper thread, for name look-up and log-in block, and calls back from it.
    static func connect(
        _ configuration: PostgresConfiguration, logger: Logger, onEvent: @escaping @Sendable (WireEvent) -> Void,
        completion: @escaping @Sendable (Result<WireConnection, PostgresError>) -> Void
    ) {
        HelperThread.start {
            completion(connectBlocking(configuration, logger: logger, onEvent: onEvent))
        }
    }

    private static func connectBlocking(
        _ configuration: PostgresConfiguration, logger: Logger, onEvent: @escaping @Sendable (WireEvent) -> Void
    ) -> Result<WireConnection, PostgresError> {
        let startup = configuration.startup
        guard
            let handle = withStrings(
                startup.map(\.keyword),
                { keywords in
                    withStrings(startup.map(\.value)) { values in PQconnectdbParams(keywords, values, 0) }
                })
        else {
            return .failure(PostgresError(code: .notSent, message: "cannot connect: out of memory"))
        }
        let notices = NoticeBox()
        notices.install(on: handle)
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1
        else {
            defer { PQfinish(handle) }
            return .failure(
                PostgresError(
                    code: .notSent, message: "cannot connect: " + PostgresError.connectionMessage(handle)))
        }
        nonisolated(unsafe) let connected = handle
        return .success(
            WireConnection(
                handle: connected, notices: notices, configuration: configuration, logger: logger, onEvent: onEvent))
    }

    /// C strings with a NULL after the last, for the time of a call.
    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let bytes = strings.map { Array($0.utf8CString) }
        var starts: [Int] = []
        var all: [CChar] = []
        for string in bytes {
            starts.append(all.count)
            all += string
        }
        return all.withUnsafeBufferPointer { buffer in
            var pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
            pointers.append(nil)
            return body(pointers)
        }
    }
}
