import Foundation

/// A connection to a port of 127.0.0.1. What is sent is sent as a whole; what comes is for whoever polls the descriptor.
struct HTTPLoadSocket: Sendable {
    let descriptor: Int32

    init(port: Int) throws {
        // From text: whether a member such as sin_addr can be seen depends on which module was the first to import it.
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Self.streamType
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo("127.0.0.1", "\(port)", &hints, &list) == 0, let address = list?.pointee else {
            throw HTTPLoad.failed("no address")
        }
        defer { freeaddrinfo(list) }
        descriptor = socket(AF_INET, Self.streamType, 0)
        guard descriptor >= 0 else { throw HTTPLoad.failed("no socket: \(String(cString: strerror(errno)))") }
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            let reason = String(cString: strerror(errno))
            close()
            throw HTTPLoad.failed("no connection: \(reason)")
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        #if !canImport(Glibc)
        setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(buffer.baseAddress.map { $0 + sent }, bytes.count - sent)
            }
            guard count > 0 else { throw HTTPLoad.failed("the server closed a connection") }
            sent += count
        }
    }

    func close() { _ = Foundation.close(descriptor) }

    /// Without a signal when the other side has gone.
    private func write(_ start: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        Foundation.send(descriptor, start, count, Int32(MSG_NOSIGNAL))
        #else
        Foundation.send(descriptor, start, count, 0)
        #endif
    }

    #if canImport(Glibc)
    private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
    private static let streamType = SOCK_STREAM
    #endif
}
