/// A step on its way: what could be read of it, even if other parts are wrong.
struct StepDraft {
    /// The step's place in the document.
    var pointer: JSONPointer
    /// Its name, if it has a valid one.
    var name: String?
    /// The names it depends on, with their places.
    var dependencies: [(name: String, pointer: JSONPointer)]
    /// The paths in its `input` and `when`.
    var paths: [LocatedPath]
    /// What its final failure does; `nil` when that cannot be told.
    var onFailure: FailureAction?
    /// Whether it says so itself.
    var saysOnFailure = false
    /// The step, if nothing is missing.
    var step: TemplateStep?
}

/// A path of a step and its place.
struct LocatedPath {
    var path: SQLPath
    var pointer: JSONPointer
}
