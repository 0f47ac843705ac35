#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The environment of a program: little of the worker's own, so that no secret gets there by accident.
enum ProcessEnvironment {
    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"
    /// What a program gets of the worker's environment.
    static let inherited = ["PATH", "HOME", "LANG", "TZ"]

    /// The minimal base, the step's `env`, and what says which step it is; later ones win.
    static func variables(_ given: [(name: String, value: String)], context: StepContext) -> [String: String] {
        var variables = ["PATH": defaultPath]
        for name in inherited { if let value = getenv(name) { variables[name] = String(cString: value) } }
        for (name, value) in given { variables[name] = value }
        variables["CAIRN_TASK_ID"] = "\(context.taskID)"
        variables["CAIRN_STEP"] = context.stepName
        variables["CAIRN_ATTEMPT"] = "\(context.attempt)"
        return variables
    }

    /// Whether a variable can be given to a program.
    static func isValid(name: String, value: String) -> Bool {
        !name.isEmpty && !name.contains("=") && !name.contains("\0") && !value.contains("\0")
    }
}
