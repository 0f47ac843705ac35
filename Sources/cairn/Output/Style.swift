/// A colour of a terminal.
enum Colour: String, Sendable {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
}

/// Whether colours are used.
struct Style: Sendable {
    var isColoured: Bool

    func apply(_ colour: Colour, _ text: String) -> String {
        isColoured && colour != .plain && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
