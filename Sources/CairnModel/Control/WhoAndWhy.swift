/// Who does something to a task, a namespace or a worker, and why. Every action of an operator has both.
public struct WhoAndWhy: Sendable, Hashable {
    /// Who does it.
    public var by: String
    /// Why it is done.
    public var reason: String

    /// Who and why.
    public init(by: String, reason: String) {
        self.by = by
        self.reason = reason
    }
}
