import ArgumentParser
import CairnLog
import CairnModel
import Foundation
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// Whoever reads our output may leave first.
signal(SIGPIPE, SIG_IGN)
LoggingSystem.bootstrap { _ in StandardErrorLog(logLevel: .info) }

let command: CairnServerCommand
do {
    command = try CairnServerCommand.parse()
} catch {
    guard CairnServerCommand.exitCode(for: error) != .success else {
        printLine(CairnServerCommand.fullMessage(for: error))
        exit(0)
    }
    let problem = UsageProblem(CairnServerCommand.message(for: error), command: "cairn-server")
    Failure(.badInput, problem.what, whatToDo: problem.whatToDo).exit()
}

do {
    try await Server(command, environment: ProcessInfo.processInfo.environment).run()
} catch {
    Failure(error).exit()
}
