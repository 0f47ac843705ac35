import CairnWorker
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

struct Greet: StepHandler {
    struct Input: Decodable, Sendable {
        var name: String
    }
    struct Output: Encodable, Sendable {
        var greeting: String
    }

    static let name = "example.greet"

    func run(_ input: Input, context: StepContext) async throws -> Output {
        guard !input.name.isEmpty else { throw StepFailure.permanent("there is nobody to greet") }
        context.logger.info("greeting, attempt \(context.attempt) of \(context.maxAttempts)")
        return Output(greeting: "Hello, \(input.name)!")
    }
}

// All it needs is in the environment: asked for help, or for something it does not know, it starts no worker.
if let argument = CommandLine.arguments.dropFirst().first {
    print("A worker of the namespace example, without arguments: DATABASE_URL=postgresql://… names its database.")
    exit(["--help", "-h"].contains(argument) ? 0 : 2)
}

let logger = Logger(label: "greeter")
let url = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "postgresql:///cairn"
var configuration = WorkerConfiguration(databaseURL: url, namespaces: ["example"])
configuration.concurrency = 20
let worker = try Worker(configuration: configuration, handlers: [Greet()] + StockHandlers.all(), logger: logger)
// When an operator asks the worker to leave, the program ends as it does at SIGTERM.
let service = ServiceGroupConfiguration.ServiceConfiguration(
    service: worker, successTerminationBehavior: .gracefullyShutdownGroup)
try await ServiceGroup(
    configuration: .init(services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
).run()
