import Foundation

/// Draws lines over the ones it drew before, at the place where it began; the scrollback stays as it is.
struct LiveScreen: ~Copyable {
    private var drawn: [Line] = []
    private let style: Style
    private var isHidden = false

    init(style: Style) { self.style = style }

    /// Draws the lines in place of the ones before.
    mutating func draw(_ lines: [Line], columns: Int) {
        var output = ""
        if !isHidden {
            output += "\u{1B}[?25l"
            isHidden = true
        }
        output += Self.moveUp(over: drawn, columns: columns)
        for line in lines { output += "\r\u{1B}[2K" + line.text(style, width: columns) + "\n" }
        output += "\u{1B}[J"
        write(output)
        drawn = lines
    }

    /// Leaves what is drawn, and gives the cursor back.
    mutating func finish() {
        if isHidden { write("\u{1B}[?25h") }
        isHidden = false
        drawn = []
    }

    /// Lines drawn in a wider terminal take more than one row after it has become narrower.
    static func moveUp(over lines: [Line], columns: Int) -> String {
        let rows = lines.reduce(0) { $0 + max(1, ($1.width + columns - 1) / max(1, columns)) }
        return rows > 0 ? "\u{1B}[\(rows)A" : ""
    }

    private func write(_ text: String) {
        Streams.out(text)
    }
}

/// Gives the cursor back when the program is interrupted while it draws.
enum CursorGuard {
    static func install() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                let text: StaticString = "\u{1B}[?25h\n"
                _ = Foundation.write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }
}
