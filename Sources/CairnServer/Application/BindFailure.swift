import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why an address could not be bound.
package enum BindFailure: Sendable {
    /// Another program uses the port.
    case inUse
    /// The user may not bind it.
    case notAllowed
    /// This machine has no such address.
    case noSuchAddress

    /// The reason behind an error, if it is one of these.
    package init?(_ error: any Error) {
        if error is SocketAddressError {
            self = .noSuchAddress
            return
        }
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: self = .inUse
        case EACCES: self = .notAllowed
        case EADDRNOTAVAIL: self = .noSuchAddress
        default: return nil
        }
    }
}
