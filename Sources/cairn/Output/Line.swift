/// A piece of a line in one colour. Its text holds nothing that moves the cursor.
struct Span: Sendable, Equatable {
    let text: String
    let colour: Colour

    init(_ text: String, _ colour: Colour = .plain) {
        self.text = sanitized(text)
        self.colour = colour
    }
}

/// A line for a terminal.
struct Line: Sendable, Equatable, ExpressibleByStringLiteral {
    var spans: [Span]

    init(_ spans: [Span] = []) { self.spans = spans }
    init(_ text: String, _ colour: Colour = .plain) { spans = [Span(text, colour)] }
    init(stringLiteral value: String) { self.init(value) }

    /// How many columns it takes.
    var width: Int { spans.reduce(0) { $0 + displayWidth($1.text) } }

    /// The line without colours.
    var plain: String { spans.map(\.text).joined() }

    /// The line as it is written, cut to a number of columns.
    func text(_ style: Style, width: Int = .max) -> String {
        truncated(to: width).spans.map { style.apply($0.colour, $0.text) }.joined()
    }

    /// The line, cut to a number of columns with an ellipsis.
    func truncated(to columns: Int) -> Line {
        guard width > columns else { return self }
        var left = max(0, columns - 1)
        var kept: [Span] = []
        for span in spans {
            let part = prefix(of: span.text, columns: left)
            kept.append(Span(part, span.colour))
            left -= displayWidth(part)
            if part != span.text { break }
        }
        if columns > 0 { kept.append(Span("…", kept.last?.colour ?? .plain)) }
        return Line(kept)
    }

    static func + (left: Line, right: Line) -> Line { Line(left.spans + right.spans) }
}
