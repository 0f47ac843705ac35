import CairnModel

/// What `cairn.process` runs. All of it comes from the step's `config`: the input is data, never a command.
struct ProcessSpecification: Sendable {
    var program: Program
    var argv: [String]
    var environment: [String: String]
    var workingDirectory: String?

    init(context: StepContext, allowed: ProcessAllowList) throws {
        let parameters = try StockParameters(handler: ProcessHandler.name, config: context.config)
        let expectation = "an array of strings, at least one"
        guard let values = parameters["argv"]?.arrayValue, !values.isEmpty else {
            throw parameters.invalid("argv", expectation)
        }
        argv = try values.map {
            guard let text = $0.stringValue, !text.contains("\0") else { throw parameters.invalid("argv", expectation) }
            return text
        }
        let variables = try parameters.strings("env")
        guard variables.allSatisfy({ ProcessEnvironment.isValid(name: $0.name, value: $0.value) }) else {
            throw parameters.invalid("env", "an object of strings, their names without \"=\"")
        }
        environment = ProcessEnvironment.variables(variables, context: context)
        workingDirectory = try parameters.string("cwd")
        guard let program = Program.find(argv[0]) else {
            throw StepFailure.permanent(
                "there is no program \"\(argv[0])\" on this worker (a path is taken from the worker's working directory)",
                code: StepErrorCode.processNotStarted)
        }
        guard
            allowed.allows(
                given: program.given, absolute: program.absolute, resolved: program.resolved,
                workingDirectory: Program.workingDirectory)
        else {
            throw StepFailure.permanent(
                "this worker does not allow the program \"\(program.given)\" (\(program.resolved)); "
                    + "start cairn-worker with --allow-process '\(program.resolved)' to allow it",
                code: StepErrorCode.processRefused)
        }
        self.program = program
    }
}
