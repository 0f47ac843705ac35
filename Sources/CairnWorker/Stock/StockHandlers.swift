/// The handlers that every `cairn-worker` has.
public enum StockHandlers {
    /// `cairn.echo`, `cairn.sleep`, `cairn.fail`, `cairn.http` and `cairn.process`, as a worker's configuration says.
    public static func all(for configuration: WorkerConfiguration) -> [any RawStepHandler] {
        all(allowingProcesses: configuration.allowedProcesses, maxResultBytes: configuration.maxResultBytes)
    }

    /// The same; `cairn.process` runs only the programs that these globs allow (see ``ProcessAllowList``).
    public static func all(allowingProcesses globs: [String] = [], maxResultBytes: Int = 1024 * 1024)
        -> [any RawStepHandler]
    {
        [
            EchoHandler(), SleepHandler(), FailHandler(), HTTPHandler(client: URLSessionClient()),
            ProcessHandler(allowed: ProcessAllowList(globs), maxOutputBytes: maxResultBytes),
        ]
    }
}
