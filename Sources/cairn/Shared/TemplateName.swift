/// A template by its name: `namespace/name`, `namespace/name@version`, or in two words.
struct TemplateName: Equatable {
    var namespace: String
    var name: String
    var version: String?

    init(_ first: String, _ second: String? = nil, version: String? = nil) throws(CommandError) {
        let text = second.map { "\(first)/\($0)" } ?? first
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty }), parts.count < 2 || !parts[1].isEmpty else {
            throw .usage(
                "\"\(text)\" does not name a template",
                do: "Write namespace/name or namespace/name@version; `cairn template list` lists them")
        }
        (namespace, name) = (names[0], names[1])
        self.version = version ?? (parts.count == 2 ? parts[1] : nil)
    }
}
