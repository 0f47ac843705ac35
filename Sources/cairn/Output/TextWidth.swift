import CairnModel

/// Text without what a terminal would obey: names and errors come from elsewhere. Line breaks and tabs become spaces.
func sanitized(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isControl) else { return text }
    return String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                guard scalar.isControl else { return scalar }
                return scalar == "\n" || scalar == "\r" || scalar == "\t" ? " " : "\u{FFFD}"
            }))
}

/// How many columns a text takes.
func displayWidth(_ text: String) -> Int { text.reduce(0) { $0 + displayWidth($1) } }

/// How many columns a character takes: two for East Asian ones and emoji, none for what only combines.
func displayWidth(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.value {
    case 0x20..<0x300: return 1
    case 0x300...0x36F, 0x200B...0x200D, 0xFE00...0xFE0F: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        return 2
    default: return 1
    }
}

/// As much of a text as fits into a number of columns.
func prefix(of text: String, columns: Int) -> String {
    var left = columns
    return String(
        text.prefix { character in
            left -= displayWidth(character)
            return left >= 0
        })
}

/// A text in pieces of at most so many columns, broken at spaces where there are any.
func wrapped(_ text: String, to columns: Int) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    while displayWidth(String(rest)) > columns {
        let fits = prefix(of: String(rest), columns: columns)
        var end = rest.index(rest.startIndex, offsetBy: max(1, fits.count))
        if end < rest.endIndex, rest[end] != " ", let space = rest[..<end].lastIndex(of: " "), space > rest.startIndex {
            end = space
        }
        lines.append(String(rest[..<end]))
        rest = rest[end...].drop { $0 == " " }
    }
    return rest.isEmpty && !lines.isEmpty ? lines : lines + [String(rest)]
}
