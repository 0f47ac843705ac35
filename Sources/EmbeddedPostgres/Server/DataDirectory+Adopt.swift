#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DataDirectory {
    /// The socket directory of a server that runs on this data already. One that is stopping is waited for, and the
    /// file of one that is gone is removed: then the answer is nil.
    func adopt(timeout: Duration) async throws -> String? {
        let deadline = ContinuousClock.now + timeout
        var readySince: ContinuousClock.Instant?
        while let file = PostmasterFile.read(in: path) {
            guard file.isAlive(in: path) else {
                unlink(PostmasterFile.path(in: path))
                return nil
            }
            if file.isReady {
                // One whose program has just been killed is about to stop: it has to stay ready for a moment.
                let since = readySince ?? .now
                if ContinuousClock.now - since > .milliseconds(200) { return try adopted(file) }
                readySince = since
            } else {
                readySince = nil
            }
            if ContinuousClock.now > deadline {
                throw EmbeddedPostgresError(
                    .server, "process \(file.processID) holds \(path) and is \(file.status) for too long",
                    do: "Look into the server's log, or stop that process")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    private func adopted(_ file: PostmasterFile) throws -> String {
        if !file.socketDirectory.isEmpty { return file.socketDirectory }
        throw EmbeddedPostgresError(
            .server, "process \(file.processID) serves \(path), but has no unix socket",
            do: "Connect to it by a URL of its own, or stop it")
    }
}
