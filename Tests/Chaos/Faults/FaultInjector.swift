import Foundation
import TestSupport

/// Does what the plan says, and measures how long it takes until what it met goes on.
struct FaultInjector: Sendable {
    let fleet: Fleet
    let workload: Workload
    let recovery: Recovery
    let log: FaultLog
    /// Nil where no program can be given another clock.
    let clockSkew: ClockSkew?
    private let poison = Turn()

    init(fleet: Fleet, workload: Workload, recovery: Recovery, log: FaultLog, clockSkew: ClockSkew?) {
        self.fleet = fleet
        self.workload = workload
        self.recovery = recovery
        self.log = log
        self.clockSkew = clockSkew
    }

    /// Injects one fault, as soon as there is a program for it that is under no other, and waits until it is over.
    func inject(_ planned: PlannedFault, number: Int) async throws {
        let target: Slot? =
            switch planned.fault {
            case .workerKilled, .workerPaused, .workerDrained, .workerSkewed, .workerParted, .workerCutInRequest,
                .workerCutInAnswer:
                try await free(.worker, planned.target)
            case .serverKilled, .serverPaused, .serverParted, .serverCut: try await free(.server, planned.target)
            case .poison, .backendKilled, .postgresRestarted, .everythingCut: nil
            }
        if let target {
            try await inject(planned, into: target)
        } else {
            switch planned.fault {
            // The workers that it kills are counted where they are found dead. One at a time: each kills two, for as long as
            // a lease, and three workers that mostly lie dead show nothing but that. Another is left out.
            case .poison:
                guard poison.tryTake() else { return }
                defer { poison.leave() }
                try await workload.submit(.poison, number: number)
                try await eventually("the poison has been taken out", within: .seconds(180)) {
                    try await recovery.openTasks(of: Flow.poison.name) == 0 ? () : nil
                }
            case .backendKilled:
                // Looked up when it is killed: its number may be somebody else's later on.
                try await injecting(.backendKilled, into: fleet.workers) {
                    kill(try await eventually("somebody is connected") { try await recovery.anyBackend() }, SIGKILL)
                }
            case .postgresRestarted:
                try await injecting(.postgresRestarted, into: fleet.workers) { try await fleet.restartPostgres() }
            case .everythingCut:
                try await injecting(.everythingCut, into: fleet.workers) {
                    for slot in fleet.slots { slot.proxy.cut(.now) }
                }
            default: return
            }
        }
    }

    private func inject(_ planned: PlannedFault, into target: Slot) async throws {
        let seconds = target.kind == .worker ? 1 + 11 * planned.length : 1 + 4 * planned.length
        switch planned.fault {
        case .workerKilled, .serverKilled:
            try await injecting(planned.fault, into: target) {
                target.program?.signal(SIGKILL)
                try await Task.sleep(for: .seconds(3 * planned.length))
                try target.start()
            }
        case .workerPaused, .serverPaused:
            try await injecting(planned.fault, into: target) {
                target.program?.signal(SIGSTOP)
                try await Task.sleep(for: .seconds(seconds))
                target.program?.signal(SIGCONT)
            }
        case .workerParted, .serverParted:
            try await injecting(planned.fault, into: target) {
                target.proxy.part()
                try await Task.sleep(for: .seconds(seconds))
                target.proxy.join()
            }
        case .workerDrained, .workerSkewed:
            let skew = planned.fault == .workerSkewed ? planned.skew : nil
            try await injecting(planned.fault, into: target) {
                target.program?.signal(SIGTERM)
                _ = try await target.program?.exitCode()
                try target.start(environment: skew.flatMap { clockSkew?.environment(seconds: $0) } ?? [:])
                if let skew { try await confirm(skew, of: target) }
            }
        case .workerCutInRequest: try await injecting(planned.fault, into: target) { target.proxy.cut(.nextRequest) }
        case .workerCutInAnswer, .serverCut:
            try await injecting(planned.fault, into: target) { target.proxy.cut(.nextAnswer) }
        case .poison, .backendKilled, .postgresRestarted, .everythingCut: break
        }
    }

    /// Looks at what the program says the time is: a clock that only seems to be wrong would show nothing.
    private func confirm(_ skew: Int, of slot: Slot) async throws {
        let time = try await eventually("\(slot.workerName) tells the time", within: .seconds(60)) {
            slot.firstLoggedTime
        }
        let actual = Int(time.timeIntervalSinceNow)
        guard abs(actual - skew) > PlannedFault.leastSkew / 4 else { return }
        log.unexpected("the clock of \(slot.workerName) was to be off by \(skew) s, and is by \(actual) s")
    }

    /// Starts programs again that ended without anybody's doing, until the task is cancelled: that is what a poisonous
    /// step does to its worker.
    func reviveDead() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            while true {
                for slot in fleet.slots where slot.reserveIfDead() {
                    let isPoison = try await slot.program?.exitCode() == -SIGKILL && slot.kind == .worker
                    if !isPoison { log.unexpected("\(slot.workerName) ended by itself; see its log") }
                    let mark = try await recovery.mark(workers: [slot.workerName])
                    try slot.start()
                    slot.release()
                    // The next one that it kills is not to wait for this.
                    if isPoison { group.addTask { try await measure(.poison) { try await recovery.wait(for: mark) } } }
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Reserves a program; waits for one when all are under faults.
    private func free(_ kind: Slot.Kind, _ number: Int) async throws -> Slot {
        let slots = fleet.slots.filter { $0.kind == kind }
        return try await eventually("a \(kind) is free", within: .seconds(120)) {
            (0..<slots.count).lazy.map { slots[($0 + number) % slots.count] }.first { $0.reserve() }
        }
    }

    /// Measures around a fault. The clock runs from its beginning, also for those that last. A worker is met at work; should
    /// it have none for long, as when its database is away, nothing is learnt from how long that takes.
    private func injecting(
        _ fault: Fault, into slots: [Slot], _ act: @escaping @Sendable () async throws -> Void
    ) async throws {
        let workers = slots.filter { $0.kind == .worker }.map(\.workerName)
        let mark = workers.isEmpty ? nil : try await recovery.mark(busy: workers, within: .seconds(10))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await act() }
            group.addTask {
                try await measure(fault, tells: mark?.held.isEmpty != true) {
                    if let mark {
                        try await recovery.wait(for: mark)
                    } else if let server = fleet.slots.filter({ $0.kind == .server })
                        .firstIndex(where: { $0 === slots.first })
                    {
                        try await workload.probe(server: server)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// The same for one reserved program. It is free as soon as the fault is done to it: should it end by itself now, it
    /// has to be started again, or nothing recovers.
    private func injecting(
        _ fault: Fault, into slot: Slot, _ act: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await injecting(fault, into: [slot]) {
            defer { slot.release() }
            try await act()
        }
    }

    private func measure(
        _ fault: Fault, tells isTelling: Bool = true, until isOver: () async throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        log.injected(fault)
        try await isOver()
        if isTelling { log.recovered(fault, after: .now - start) }
    }
}
