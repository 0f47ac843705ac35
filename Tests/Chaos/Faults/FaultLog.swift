import Synchronization

/// What was injected, and how long it took to go on.
final class FaultLog: Sendable {
    struct Row: Sendable {
        var fault: Fault
        var times = 0
        var recoveries: [Duration] = []
    }

    private let rows = Mutex<[Fault: Row]>([:])
    private let surprises = Mutex<[String]>([])

    var all: [Row] { rows.withLock { rows in Fault.allCases.map { rows[$0] ?? Row(fault: $0) } } }
    /// What happened without being asked for.
    var unexpected: [String] { surprises.withLock { $0 } }

    func injected(_ fault: Fault) { rows.withLock { $0[fault, default: Row(fault: fault)].times += 1 } }

    func recovered(_ fault: Fault, after time: Duration) {
        rows.withLock { $0[fault, default: Row(fault: fault)].recoveries.append(time) }
    }

    func unexpected(_ what: String) { surprises.withLock { $0.append(what) } }
}
