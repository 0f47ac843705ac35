import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// What may be said about a task besides its template and context.
struct SubmitDetails: ParsableArguments {
    enum OnDuplicate: String, ExpressibleByArgument, CaseIterable {
        case reject
        case `return`
    }

    @Option(help: "Higher is sooner.")
    var priority: Int?

    @Option(help: ArgumentHelp("Your own name for the task: submitting it again makes no other.", valueName: "key"))
    var idempotencyKey: String?

    @Option(help: "What a duplicate gets: an error, or the existing task.")
    var onDuplicate: OnDuplicate?

    @Option(help: ArgumentHelp("What the task belongs to.", valueName: "id"))
    var correlationId: String?

    @Option(help: "A word to find it by (repeatable).")
    var tag: [String] = []

    @Option(help: ArgumentHelp("A value to send along (repeatable).", valueName: "name=value"))
    var header: [String] = []

    @Option(help: ArgumentHelp("Not before this time (RFC 3339), or in a while (+5m).", valueName: "time"))
    var runAt: String?

    @Option(
        help: ArgumentHelp(
            "A key for what it does: no other task with the same key while that holds.", valueName: "key")
    )
    var dedupKey: String?

    @Option(
        help: ArgumentHelp(
            "How long a key holds: live (until its task ends), forever, or a duration (10m); default: forever.",
            valueName: "window"))
    var dedupWindow: String?

    @Option(help: ArgumentHelp("Where to post what became of it when it ends.", valueName: "url"))
    var callbackURL: String?

    @Option(help: "Why it is submitted.")
    var reason: String?

    func validate() throws {
        for header in header where !header.contains("=") || header.hasPrefix("=") {
            throw ValidationError("--header must be name=value, not \"\(header)\"")
        }
        if let runAt, runAt.hasPrefix("+"), Milliseconds(String(runAt.dropFirst())) == nil {
            throw ValidationError("--run-at must be a time or +duration such as +5m, not \"\(runAt)\"")
        }
        if let runAt, !runAt.hasPrefix("+"), Timestamp(runAt).date == nil {
            throw ValidationError("--run-at must be a time such as 2026-11-21T12:00:00Z, not \"\(runAt)\"")
        }
    }

    /// Puts it all into a submission.
    func fill(_ submission: inout Submission) throws {
        submission.priority = priority
        submission.idempotencyKey = idempotencyKey
        submission.onDuplicate = onDuplicate?.rawValue
        submission.correlationID = correlationId
        submission.reason = reason
        submission.dedupKey = dedupKey
        submission.dedupWindow = dedupWindow
        submission.callbackURL = callbackURL
        submission.tags = tag
        for header in header {
            guard let mark = header.firstIndex(of: "=") else { continue }
            submission.headers[String(header[..<mark])] = String(header[header.index(after: mark)...])
        }
        submission.runAt = runAt.map { text in
            guard text.hasPrefix("+"), let span = Milliseconds(String(text.dropFirst())) else { return text }
            return Date().addingTimeInterval(Double(span.rawValue) / 1000).formatted(.iso8601)
        }
    }
}
