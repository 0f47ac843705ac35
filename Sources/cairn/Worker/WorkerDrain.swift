import ArgumentParser
import CairnClient
import CairnModel

/// `cairn worker drain ID`
struct WorkerDrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Have a worker finish what it runs, and leave.")

    @Argument(help: "The worker's number.") var id: Int64
    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard id > 0 else { throw ValidationError("A worker's number is positive, not \(id)") }
    }

    func run() async throws {
        let change = try await server.client().drain(worker: id, who.whoAndWhy)
        output.printer.show(change.json) {
            [
                Line(
                    change.isChange
                        ? "worker \(id) was asked to leave" : "worker \(id) was leaving already")
            ]
        }
    }
}
