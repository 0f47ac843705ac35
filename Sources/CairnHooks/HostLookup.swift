import CairnModel
import Foundation
import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Why a name has no addresses.
struct LookupFailure: Error, Sendable {
    let why: String
}

/// Looks names up as the system does, each on a thread of its own, for that may block.
enum HostLookup {
    /// The addresses of a name, in the order in which to try them. What takes too long fails by `timeout`.
    static func addresses(of name: String, on loop: any EventLoop, timeout: TimeAmount) async throws -> [IPAddress] {
        let promise = loop.makePromise(of: [IPAddress].self)
        Thread.detachNewThread { promise.completeWith(Result { try resolve(name) }) }
        let timer = loop.scheduleTask(in: timeout) { promise.fail(LookupFailure(why: "looking it up took too long")) }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }

    private static func resolve(_ name: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(name, nil, &hints, &list)
        guard status == 0 else { throw LookupFailure(why: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(list) }
        return sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
            // As text: whether a member such as sin_addr can be seen depends on which module was the first to import it.
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard let entry = entry?.pointee,
                getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            else { return nil }
            // What follows a % says on which interface a link-local address is.
            let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return name.split(separator: "%").first.flatMap { IPAddress($0) }
        }
    }
}
