/// The directions in which a line leaves a cell.
struct LineDirections: OptionSet {
    let rawValue: Int
    static let up = LineDirections(rawValue: 1)
    static let down = LineDirections(rawValue: 2)
    static let left = LineDirections(rawValue: 4)
    static let right = LineDirections(rawValue: 8)
    static let vertical: LineDirections = [.up, .down]

    /// What is drawn where the lines of several bundles meet. Lines that go down to the same target join; a line that
    /// only crosses another passes over it.
    static func meeting(_ lines: [LineDirections]) -> LineDirections {
        let joining = lines.filter { $0.contains(.down) }
        if joining.count > 1 { return joining.reduce([]) { $0.union($1) } }
        if let crossing = lines.first(where: { $0 == .vertical }) { return crossing }
        return lines.reduce([]) { $0.union($1) }
    }
}

/// The characters a drawing is made of.
struct LineGlyphs {
    private let lines: [Character]
    let arrow: Character
    let corners: (topLeft: Character, topRight: Character, bottomLeft: Character, bottomRight: Character)

    /// Unicode's box-drawing characters.
    static let unicode = LineGlyphs(
        lines: Array(" ╵╷│╴┘┐┤╶└┌├─┴┬┼"), arrow: "▼", corners: ("╭", "╮", "╰", "╯"))
    /// Plain ASCII.
    static let ascii = LineGlyphs(lines: Array(" |||-+++-+++-+++"), arrow: "v", corners: ("+", "+", "+", "+"))

    subscript(directions: LineDirections) -> Character { lines[directions.rawValue] }
}
