import CairnModel
import CairnStore
import Logging
import Postgres

/// The shell around ``ExchangeLoop``: one task that takes events, asks the loop, and does what it says.
///
/// It is not ended by cancellation but by `drain`, so that the last settlements arrive. It runs on the thread that reads
/// the answers of the database, so it must never wait other than by `await`.
struct WorkerRuntime {
    let calls: DatabaseCalls
    let runner: StepRunner
    let registration: WorkerRegistration
    let inbox: Inbox<WorkerEvent>
    let logger: Logger
    let listenerConfiguration: PostgresConfiguration?

    var loop: ExchangeLoop
    let start = ContinuousClock.now
    let alarm: Alarm
    /// The handlers that run.
    var handlers: [RunID: HandlerRun] = [:]
    /// Those that are to begin on other threads than this one.
    var starting: [HandlerRun] = []
    /// Whether they are several, so that it is to be told when all have had their turn.
    var isGathering = false
    /// What begins them then.
    var gathering: Task<Void, Never>?
    /// The call in flight, and the heartbeat.
    var call: Task<Void, Never>?
    var heartbeat: Task<Void, Never>?
    var listener: (listener: PostgresListener, task: Task<Void, Never>)?
    /// The channel of this incarnation alone.
    var ownChannel: String?

    init(
        configuration: WorkerConfiguration, store: Store, handlers: HandlerRegistry, registration: WorkerRegistration,
        inbox: Inbox<WorkerEvent>, logger: Logger
    ) {
        calls = DatabaseCalls(store: store, logger: logger)
        runner = StepRunner(handlers: handlers, maxResultBytes: configuration.maxResultBytes, logger: logger)
        self.registration = registration
        self.inbox = inbox
        self.logger = logger
        listenerConfiguration = configuration.pollOnly ? nil : store.pool.configuration
        alarm = Alarm { inbox.post(.alarm) }
        loop = ExchangeLoop(
            concurrency: configuration.concurrency, pollOnly: configuration.pollOnly,
            pollInterval: configuration.effectivePollInterval, drainTimeout: configuration.drainTimeout,
            patience: configuration.patience)
    }

    var now: Duration { ContinuousClock.now - start }

    /// Runs until a drain has ended, or until the worker is not let in: the reason is returned.
    mutating func run() async -> CairnError? {
        while true {
            while let action = loop.next(now: now) { perform(action) }
            beginHandlers()
            if loop.isFinished { break }
            if let due = loop.due { alarm.set(start + due) }
            for event in await inbox.take(patiently: loop.gathersUntil != nil) { handle(event) }
        }
        alarm.cancel()
        listener?.task.cancel()
        await listener?.task.value
        await call?.value
        await heartbeat?.value
        await gathering?.value
        return loop.rejection
    }

    private mutating func handle(_ event: WorkerEvent) {
        let now = now
        switch event {
        case .alarm: break
        case .ended(let id, let outcome):
            handlers[id] = nil
            loop.ended(id, outcome, now: now)
        case .gathered: loop.gathered()
        case .listener(let event): heard(event)
        case .drain(let atOnce): loop.beginDrain(atOnce: atOnce, now: now)
        case .beat(let reply, let workerID, let sentAt): loop.beat(reply, workerID: workerID, sentAt: sentAt, now: now)
        case .registered(let result):
            answer(result) { $0.registered(workerID: $1.id, lease: $1.lease, now: now) }
            if case .success(let worker) = result { listen(for: worker) }
        case .exchanged(let result):
            answer(result) {
                $0.exchanged(
                    claims: $1.claims, refused: $1.refused, locked: $1.locked, isGone: $1.isGone, now: now)
            }
        case .audited(let result): answer(result) { $0.audited(held: $1, now: now) }
        case .deregistered(let result): answer(result) { loop, _ in loop.deregistered(now: now) }
        }
    }

    private mutating func answer<Value>(
        _ result: Result<Value, any Error>, _ success: (inout ExchangeLoop, Value) -> Void
    ) {
        switch result {
        case .success(let value): success(&loop, value)
        case .failure(let error):
            logger.debug("a call to the database failed: \(error)")
            loop.failed(CallFailure(error), now: now, random: Double.random(in: 0...1))
        }
    }

    /// A notification of the worker's own channel is about what it runs, or about itself; any other is about steps to
    /// claim. Before it listened, it may have missed either.
    private mutating func heard(_ event: PostgresListenerEvent) {
        switch event {
        case .notification(let channel, _) where channel == ownChannel: loop.reportAtOnce()
        case .notification, .gap: loop.woken()
        case .lost: loop.listening(false)
        case .listening:
            loop.listening(true)
            loop.woken()
            loop.reportAtOnce()
        }
    }

    private mutating func listen(for worker: RegisteredWorker) {
        ownChannel = worker.ownChannel
        let channels = worker.channels
        if let listener { return listener.listener.setChannels(Set(channels)) }
        guard let listenerConfiguration else { return }
        let inbox = inbox
        let listener = PostgresListener(
            configuration: listenerConfiguration, channels: Set(channels), logger: logger)
        let task = Task(executorPreference: PostgresThread.executor) {
            for await event in listener { inbox.post(.listener(event)) }
        }
        self.listener = (listener, task)
    }
}
