/// The codes of ``TemplateIssue`` (besides those of ``JSONError/Code``).
package enum TemplateIssueCode: String, Sendable, CaseIterable {
    /// A key that is not known at this place.
    case unknownKey = "unknown_key"
    /// A key that must be there is not.
    case missingKey = "missing_key"
    /// A value of the wrong JSON type.
    case wrongType = "wrong_type"
    /// A value that is not one of the allowed ones, or not of the allowed form.
    case invalidValue = "invalid_value"
    /// A name that breaks the rule for names.
    case invalidName = "invalid_name"
    /// A version that is not semver.
    case invalidVersion = "invalid_version"
    /// A duration that cannot be read.
    case invalidDuration = "invalid_duration"
    /// A number, duration or length outside its range.
    case outOfRange = "out_of_range"
    /// A template without steps.
    case noSteps = "no_steps"
    /// A template with too many steps.
    case tooManySteps = "too_many_steps"
    /// Two steps with one name.
    case duplicateStep = "duplicate_step"
    /// A dependency named twice.
    case duplicateDependency = "duplicate_dependency"
    /// A step that depends on itself.
    case selfDependency = "self_dependency"
    /// A dependency on a step that does not exist.
    case unknownDependency = "unknown_dependency"
    /// Steps that wait for each other.
    case dependencyCycle = "dependency_cycle"
    /// A step that waits for one that can never run.
    case unreachableStep = "unreachable_step"
    /// A path that begins with something other than context, results, errors, task or step.
    case pathUnknownRoot = "path_unknown_root"
    /// A path with a variable, or one that is cut off.
    case pathInvalid = "path_invalid"
    /// A path to the result or error of a step that does not exist.
    case pathUnknownStep = "path_unknown_step"
    /// A path to the result or error of a step that need not have finished before.
    case pathNotAncestor = "path_not_ancestor"
    /// A path to the error of a step whose failure its dependents never see.
    case pathNoError = "path_no_error"
    /// A JSON Schema keyword that is not supported.
    case schemaUnsupportedKeyword = "schema_unsupported_keyword"
    /// A JSON Schema keyword with a value it cannot have.
    case schemaInvalidValue = "schema_invalid_value"
    /// A handler's setting that is not known.
    case configUnknownKey = "config_unknown_key"
    /// A handler's setting that must be given and is not.
    case configMissingKey = "config_missing_key"
    /// A handler's setting with a value it cannot have.
    case configInvalidValue = "config_invalid_value"
    /// A name in the stock handlers' prefix that none of them has.
    case unknownHandler = "unknown_handler"
    /// Warning: a setting that changes nothing.
    case noEffect = "no_effect"
    /// A key that is reserved for later.
    case notSupportedYet = "not_supported_yet"
    /// More issues than are listed.
    case tooManyIssues = "too_many_issues"
}
