extension Unicode.Scalar {
    /// Whether a terminal may obey it instead of showing it: the control characters of ASCII and Latin-1, and those that
    /// turn the direction of writing.
    package var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension String {
    /// The text on one line, with what a terminal may obey written as Swift writes it: `\n`, `\u{1B}`. Tabs stay.
    package var escapingControls: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\t"
            case _ where scalar.isControl: text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// A JSON text in which the control characters that JSON allows inside strings (DEL, those of Latin-1 and of
    /// direction) are written as escapes. It means the same.
    package var escapingControlsAsJSON: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            guard scalar.isControl, scalar.value > 0x20 else { return text.unicodeScalars.append(scalar) }
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
