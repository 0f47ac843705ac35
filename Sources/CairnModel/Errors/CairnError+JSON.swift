extension CairnError {
    /// The error for a text that is no acceptable JSON.
    public init(_ error: JSONError) {
        let code: ProblemCode = error.code == .tooLarge ? .tooLarge : .invalidJSON
        self.init(code, "invalid JSON: \(error.description)")
    }
}
