/// How a string in `input` is meant: one that begins with `$` is a path, one that begins with `$$` is a literal with one
/// `$` less, everything else is literal.
struct InputText {
    private let text: String

    init(_ text: String) { self.text = text }

    var isPath: Bool { text.utf8.first == UInt8(ascii: "$") && !isEscaped }

    /// The string that a literal stands for.
    var literal: String { isEscaped ? String(text.unicodeScalars.dropFirst()) : text }

    private var isEscaped: Bool { text.utf8.starts(with: "$$".utf8) }
}
