import CairnModel
import Foundation

/// Whether ports of this machine can be had.
enum Ports {
    /// Whether a program could listen on this port of 127.0.0.1.
    static func isFree(_ port: Int) -> Bool { obstacle(port) == nil }

    /// Throws when nobody here can listen on this port of 127.0.0.1, with the reason. `other` is a port that `up` wants
    /// besides.
    static func check(_ port: Int, besides other: Int) throws(CommandError) {
        if let number = obstacle(port) { throw refusal(port, number, besides: other) }
    }

    /// A port to propose instead of one that is taken: the next that is not `other`.
    static func next(to port: Int, besides other: Int) -> Int {
        let next = port == 65535 ? 8081 : port + 1
        return next == other ? self.next(to: next, besides: other) : next
    }

    /// What the system's error number means for somebody who wants this port.
    static func refusal(_ port: Int, _ number: Int32, besides other: Int = UpPlan.usualShopPort) -> CommandError {
        switch number {
        case EADDRINUSE:
            CommandError(
                .unreachable, "port_taken", "port \(port) of 127.0.0.1 is taken by another program",
                do: "Stop that program, or choose another port: cairn up --port \(next(to: port, besides: other))")
        case EACCES, EPERM:
            CommandError(
                .refused, "port_forbidden", "port \(port) of 127.0.0.1 needs a permission that this user does not have",
                do: "Choose a port above 1023, such as the default: cairn up --port 8080")
        default:
            CommandError(
                .unreachable, "port", "port \(port) of 127.0.0.1 cannot be had: \(String(cString: strerror(number)))",
                do: "Choose another port: cairn up --port \(next(to: port, besides: other))")
        }
    }

    /// What to say when another program has the example shop's port: nothing else is kept from starting. The steps of
    /// commerce call that port, or another one.
    static func shopIsTaken(_ port: Int, isCalled: Bool, besides server: Int) -> String {
        """
        example-shop is not started: port \(port) is taken, and the steps of commerce call \
        \(isCalled ? "whatever is there" : "another one"); to start it elsewhere: \
        cairn up --shop-port \(next(to: port, besides: server)), and that port in Templates/commerce
        """
    }

    /// What to say when a template's steps would ask for the example shop where it is not.
    static func shopIsMissed(_ port: Int, by file: String) -> String {
        """
        \(file) calls another port than \(port), where the example shop is to be, so its tasks will fail; \
        write \(port) there, raise its version, and: cairn template register \(file)
        """
    }

    /// Why a program could not listen there, as the system's error number; nil when it could.
    private static func obstacle(_ port: Int) -> Int32? {
        // From text: whether a member such as sin_addr can be seen depends on which module was the first to import it.
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = streamType
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo("127.0.0.1", "\(port)", &hints, &list) == 0, let address = list?.pointee else {
            return EINVAL
        }
        defer { freeaddrinfo(list) }
        let descriptor = socket(AF_INET, streamType, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 ? nil : errno
    }

    #if canImport(Glibc)
    private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
    private static let streamType = SOCK_STREAM
    #endif
}
