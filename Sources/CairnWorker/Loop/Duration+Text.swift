import CairnModel

extension Duration {
    /// As templates write it: `30s`.
    var text: String { Milliseconds(rawValue: milliseconds).description }
}
