import CairnModel

/// How a program ended.
struct ProcessEnding: Sendable {
    enum Status: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    var status: Status
    /// What it wrote; nil when that was too much.
    var output: [UInt8]?
    /// The end of what it wrote to its standard error.
    var errorTail: String

    /// The exit status that asks for another attempt: `EX_TEMPFAIL`.
    static let temporaryFailure: Int32 = 75

    /// The step's result; no output is `null`.
    func result(of program: String, maxOutputBytes: Int) throws -> [UInt8] {
        guard let output else {
            throw StepFailure.permanent(
                "\(program) wrote more than \(maxOutputBytes) bytes to its standard output",
                code: StepErrorCode.resultTooLarge, details: details)
        }
        switch status {
        case .exited(0):
            let isBlank = output.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
            if isBlank { return StepDocument.null.bytes }
            do { try JSON.validate(output) } catch {
                throw StepFailure.permanent(
                    "\(program) did not write JSON to its standard output: \(error)", code: StepErrorCode.resultInvalid,
                    details: details)
            }
            return output
        case .exited(Self.temporaryFailure):
            throw StepFailure.retryable(
                "\(program) asks to be run again (exit status 75)\(lastWords)", code: StepErrorCode.processExit,
                details: details)
        case .exited(let status):
            throw StepFailure.permanent(
                "\(program) failed with exit status \(status)\(lastWords)", code: StepErrorCode.processExit,
                details: details)
        case .signalled(let signal):
            throw StepFailure.permanent(
                "\(program) was ended by signal \(signal)\(lastWords)", code: StepErrorCode.processSignal,
                details: details)
        }
    }

    /// The last line of its standard error that says anything: mostly the reason.
    private var lastWords: String {
        let line = errorTail.split(whereSeparator: \.isNewline).last { $0.contains { !$0.isWhitespace } }
        guard let line else { return "" }
        return ": " + StepFailure.storable(String(line.drop(while: \.isWhitespace)), maxBytes: 400)
    }

    private var details: JSONObject {
        var details = JSONObject()
        if case .exited(let status) = status { details["exit_status"] = JSON(status) }
        if case .signalled(let signal) = status { details["signal"] = JSON(signal) }
        if !errorTail.isEmpty { details["stderr"] = .string(StepFailure.storable(errorTail, maxBytes: 4096)) }
        return details
    }
}
