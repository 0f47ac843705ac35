import Foundation

/// What `up` says while it works: one line a phase, with how long it took.
struct UpOutput: Sendable {
    let printer: Printer

    /// A line; where a program reads the output, such lines go beside it. It is not cut to the terminal's width: the end
    /// of an error is what one needs.
    func say(_ line: Line) {
        if printer.isJSON { Streams.error(line.plain) } else { Streams.line(line.text(printer.style)) }
    }

    /// Runs a phase and says that it is done: `✔ PostgreSQL 15 is ready in 0.9 s`.
    func phase<Result>(_ run: () async throws -> (Result, String)) async throws -> Result {
        let start = ContinuousClock.now
        let (result, what) = try await run()
        say(Line([Span("✔ ", .green), Span(what), Span(" in \(Times.span(.now - start))", .dim)]))
        return result
    }

    /// Something that is not done, and why.
    func skip(_ what: String) { say(Line([Span("– ", .yellow), Span(what)])) }
}
