import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn namespace …`
struct NamespaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespace", abstract: "See the namespaces, pause and resume them.",
        subcommands: [NamespaceList.self, NamespacePause.self, NamespaceResume.self])
}

/// `cairn namespace list`
struct NamespaceList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the namespaces.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let namespaces = try await server.client().namespaces()
        printer.show(.array(namespaces.map(\.json))) {
            Self.table(namespaces, now: Date()).lines(width: printer.width)
        }
        if !printer.isJSON, namespaces.isEmpty {
            printer.remark("There is no namespace; register a template with `cairn template register`")
        }
    }

    static func table(_ namespaces: [NamespaceObject], now: Date) -> Table {
        var table = Table([
            .init(title: "namespace"), .init(title: "templates", isRight: true), .init(title: "workers", isRight: true),
            .init(title: "state"), .init(title: "by"), .init(title: "reason", shrinks: true),
        ])
        for namespace in namespaces {
            let isPaused = namespace.pausedAt != nil
            table.add([
                Span(namespace.name), Span("\(namespace.templates)"), Span("\(namespace.liveWorkers)"),
                isPaused
                    ? Span("paused \(Times.ago(namespace.pausedAt, now: now))", .yellow) : Span("active", .green),
                Span(namespace.pausedBy ?? ""), Span(namespace.pausedReason ?? ""),
            ])
        }
        return table
    }
}

/// `cairn namespace pause NS`
struct NamespacePause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Start nothing new in a namespace; what runs is finished.")

    @Argument(help: "The namespace.") var namespace: String
    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try server.client()
        let change = try await client.naming(namespace: namespace) {
            try await client.pause(namespace: namespace, who.whoAndWhy)
        }
        output.printer.show(change.json) {
            [Line(change.isChange ? "\(namespace) is paused" : "\(namespace) was paused already")]
        }
    }
}

/// `cairn namespace resume NS`
struct NamespaceResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End the pause of a namespace.")

    @Argument(help: "The namespace.") var namespace: String
    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try server.client()
        let change = try await client.naming(namespace: namespace) {
            try await client.resume(namespace: namespace, who.whoAndWhy)
        }
        output.printer.show(change.json) {
            [Line(change.isChange ? "\(namespace) is resumed" : "\(namespace) was not paused")]
        }
    }
}
