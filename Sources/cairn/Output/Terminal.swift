import Foundation

/// What is known of the terminal that output goes to.
struct Terminal: Sendable, Equatable {
    var columns: Int
    var rows: Int

    /// The size of the terminal on standard output; that of a page when there is none.
    static var current: Terminal {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return Terminal(columns: Int(size.ws_col), rows: max(4, Int(size.ws_row)))
        }
        let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 0
        return Terminal(columns: columns >= 20 ? columns : 120, rows: 40)
    }

    /// Whether standard output is a terminal.
    static var isInteractive: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Whether to colour what goes to this descriptor.
    static func hasColours(descriptor: Int32 = STDOUT_FILENO) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(descriptor) == 1 && environment["NO_COLOR"].map(\.isEmpty) ?? true
            && environment["TERM"] != "dumb"
    }

    /// The width to cut lines to: everything is let through when a program reads along.
    static var lineWidth: Int { isatty(STDOUT_FILENO) == 1 ? current.columns : .max }
}
