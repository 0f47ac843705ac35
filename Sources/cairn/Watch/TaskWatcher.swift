import CairnClient
import CairnModel
import Foundation

/// Follows a task to its end, in one of three ways, and through restarts of the server.
struct TaskWatcher {
    enum Way {
        /// Drawn in place, in a terminal.
        case live
        /// One line a change.
        case lines
        /// One JSON object a change.
        case json
        /// Nothing is shown.
        case silent
    }

    var client: CairnClient
    var way: Way
    var style: Style
    /// How often the server is asked.
    var interval: Duration = .milliseconds(250)
    /// Shown before anything else is known to go wrong: remarks on standard error.
    var remark: @Sendable (String) -> Void

    /// The way that suits where the output goes.
    static func way(for printer: Printer) -> Way {
        printer.isJSON ? .json : Terminal.isInteractive ? .live : .lines
    }

    /// Follows the task and returns it as it ended.
    func follow(_ id: Int64) async throws -> TaskObject {
        var screen = LiveScreen(style: style)
        defer { screen.finish() }
        var log = ChangeLog()
        var look = ObstacleLook()
        var last: TaskObject?
        var isAway = false
        while true {
            do {
                let task = try await client.task(id)
                if isAway, way != .live { remark("the server is back") }
                isAway = false
                if task != last { try await tell(task, &log) }
                last = task
                let news = await look.look(task, client)
                if way == .lines { news.forEach(remark) }
            } catch let error as CairnClientError where last != nil && Self.isPassing(error) {
                if !isAway, way != .live { remark("\(error.detail); trying again until it is back") }
                isAway = true
            }
            let remarks = isAway ? ["the server does not answer; trying again until it is back"] : look.lines
            if way == .live, let last { draw(last, remarks, on: &screen) }
            if let last, last.state?.isTerminal == true, !isAway { return last }
            try await pause(last, remarks, &screen)
        }
    }

    /// Waits for the next question; meanwhile durations tick.
    private func pause(_ task: TaskObject?, _ remarks: [String], _ screen: inout LiveScreen) async throws {
        let end = ContinuousClock.now + interval
        while ContinuousClock.now < end {
            try await Task.sleep(for: min(.milliseconds(100), max(.milliseconds(1), end - .now)))
            if way == .live, let task { draw(task, remarks, on: &screen) }
        }
    }

    private func draw(_ task: TaskObject, _ remarks: [String], on screen: inout LiveScreen) {
        let terminal = Terminal.current
        let frame = TaskFrame(task: task, now: Date(), remarks: remarks)
        screen.draw(frame.lines(columns: terminal.columns, rows: terminal.rows), columns: terminal.columns)
    }

    private func tell(_ task: TaskObject, _ log: inout ChangeLog) async throws {
        guard way == .lines || way == .json else { return }
        let rows = log.fresh(try await client.history(task.id))
        if way == .lines {
            let messages = try await messages(rows, task)
            for line in ChangeLog.lines(rows, task: task, messages: messages) { Streams.line(line.text(style)) }
            return
        }
        for row in rows {
            var object = row.json.objectValue ?? JSONObject()
            object["task_id"] = JSON(task.id)
            Streams.json(JSON.object(object))
        }
    }

    /// Why attempts failed that had been followed by another one when the task was read.
    private func messages(_ rows: [HistoryRow], _ task: TaskObject) async throws -> [ChangeLog.Attempt: String] {
        var messages: [ChangeLog.Attempt: String] = [:]
        for name in ChangeLog.stepsWithOlderFailures(rows, task: task) {
            for attempt in try await client.step(task.id, name).attempts {
                messages[.init(step: name, number: attempt.number)] = attempt.errorMessage
            }
        }
        return messages
    }

    /// Whether the server may come back from this.
    private static func isPassing(_ error: CairnClientError) -> Bool {
        error.code == .unreachable || error.code == .unexpectedReply || (error.status ?? 0) >= 500
    }
}
