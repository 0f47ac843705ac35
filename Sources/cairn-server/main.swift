import ArgumentParser
import Foundation
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// Whoever reads our output may leave first.
signal(SIGPIPE, SIG_IGN)
LoggingSystem.bootstrap(StreamLogHandler.standardError)

let command: CairnServerCommand
do {
    command = try CairnServerCommand.parse()
} catch {
    let isHelp = CairnServerCommand.exitCode(for: error) == .success
    let message = CairnServerCommand.fullMessage(for: error)
    if isHelp { printLine(message) } else { printError(message) }
    exit(isHelp ? 0 : Failure.Code.badInput.rawValue)
}

do {
    try await Server(command, environment: ProcessInfo.processInfo.environment).run()
} catch {
    Failure(error).exit()
}
