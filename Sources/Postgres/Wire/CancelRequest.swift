import CLibPQ

/// What it takes to ask the server to cancel: an address and a key, apart from the connection they came from.
struct CancelRequest: @unchecked Sendable {
    private let pointer: OpaquePointer
    /// The operation that is to end.
    let operation: UInt64

    init?(_ connection: OpaquePointer, operation: UInt64) {
        guard let pointer = PQgetCancel(connection) else { return nil }
        self.pointer = pointer
        self.operation = operation
    }

    /// Opens a connection, asks, and waits until the server has passed it on. Blocks; to be called once.
    func send() -> Bool {
        defer { PQfreeCancel(pointer) }
        var problem = [CChar](repeating: 0, count: 256)
        return PQcancel(pointer, &problem, Int32(problem.count)) == 1
    }
}
