import CairnModel

/// The handlers of a worker by name.
struct HandlerRegistry: Sendable {
    private let handlers: [String: any RawStepHandler]

    /// - Throws: ``CairnError`` when there is none, two have one name, or one takes a name of the reserved prefix.
    init(_ list: [any RawStepHandler]) throws {
        var handlers: [String: any RawStepHandler] = [:]
        for handler in list {
            let name = type(of: handler).name
            guard !name.isEmpty else { throw CairnError(.badRequest, "a handler has an empty name") }
            guard !name.hasPrefix(StockHandler.prefix) || StockHandler.named(name) != nil else {
                throw CairnError(
                    .badRequest,
                    "\"\(name)\" is no stock handler, and only those begin with \"\(StockHandler.prefix)\"",
                    hint: "give it a name of your own, such as \"example.\(name.dropFirst(StockHandler.prefix.count))\""
                )
            }
            guard handlers.updateValue(handler, forKey: name) == nil else {
                throw CairnError(.badRequest, "two handlers are called \"\(name)\"", hint: "give each its own name")
            }
        }
        guard !handlers.isEmpty else { throw CairnError(.badRequest, "a worker needs at least one handler") }
        self.handlers = handlers
    }

    /// All names, sorted.
    var names: [String] { handlers.keys.sorted() }

    subscript(name: String) -> (any RawStepHandler)? { handlers[name] }
}
