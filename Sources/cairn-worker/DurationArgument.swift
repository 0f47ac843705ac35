import ArgumentParser
import CairnModel

/// A duration on the command line: `250ms`, `30s`, `5m`, `2h`, `7d`.
struct DurationArgument: ExpressibleByArgument {
    var milliseconds: Milliseconds

    init(milliseconds: Milliseconds) { self.milliseconds = milliseconds }

    init?(argument: String) {
        guard let milliseconds = Milliseconds(argument) else { return nil }
        self.milliseconds = milliseconds
    }

    var defaultValueDescription: String { milliseconds.description }
}
