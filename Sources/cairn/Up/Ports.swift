import CairnModel
import Foundation

/// Whether ports of this machine can be had.
enum Ports {
    /// Whether a program could listen on this port of 127.0.0.1.
    static func isFree(_ port: Int) -> Bool { obstacle(port) == nil }

    /// Throws when nobody here can listen on this port of 127.0.0.1, with the reason.
    static func check(_ port: Int) throws(CommandError) {
        if let number = obstacle(port) { throw refusal(port, number) }
    }

    /// What the system's error number means for somebody who wants this port.
    static func refusal(_ port: Int, _ number: Int32) -> CommandError {
        switch number {
        case EADDRINUSE:
            CommandError(
                .unreachable, "port_taken", "port \(port) of 127.0.0.1 is taken by another program",
                do: "Stop that program, or choose another port: cairn up --port \(port == 65535 ? 8081 : port + 1)")
        case EACCES, EPERM:
            CommandError(
                .refused, "port_forbidden", "port \(port) of 127.0.0.1 needs a permission that this user does not have",
                do: "Choose a port above 1023, such as the default: cairn up --port 8080")
        default:
            CommandError(
                .unreachable, "port", "port \(port) of 127.0.0.1 cannot be had: \(String(cString: strerror(number)))",
                do: "Choose another port: cairn up --port 8081")
        }
    }

    /// What to say when another program has the example shop's port: nothing else is kept from starting.
    static func shopIsTaken(_ port: Int) -> String {
        """
        example-shop is not started: port \(port) is taken, and the steps of commerce call whatever is there; \
        to start it elsewhere: cairn up --shop-port \(port == 65535 ? 8091 : port + 1), and that port in Templates/commerce
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
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? nil : errno
            }
        }
    }
}
