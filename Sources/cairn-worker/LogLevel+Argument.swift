public import ArgumentParser
public import Logging

/// Levels as `--log-level` takes them.
extension Logger.Level: @retroactive ExpressibleByArgument {}
