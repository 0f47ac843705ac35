import CairnClient
import CairnModel

/// What to do about a refusal, in the words of the command line: the server's own hints speak of its routes, headers and
/// members.
enum Advice {
    /// What to do about what the server answered, or about there being no answer.
    static func about(_ error: CairnClientError) -> String? {
        let task = error.existingTaskID.map { "`cairn task show \($0)`" }
        return switch error.code {
        case .taskNotFound: "`cairn task list` lists the tasks"
        case .templateNotFound: "`cairn template list` lists the templates"
        case .namespaceNotFound: "`cairn namespace list` lists the namespaces"
        case .stepNotFound: "`cairn task show` lists the steps of a task"
        case "worker_not_found": "`cairn worker list --all` lists the workers"
        case "dead_letter_not_found": "`cairn dlq list --all` lists the dead letters"
        case "task_ended": ended(error.json?["state"]?.stringValue)
        case "task_stopping": "Wait until what runs of it has stopped; `cairn task explain` says what that is"
        case "nothing_to_retry", .illegalTransition: "`cairn task explain` says what it waits for"
        case "steps_cancelled": "Submit it again, or end it with `cairn task resolve`"
        case "downstream_has_begun": "Add --downstream, and that runs again too"
        case "downstream_running": "Wait until that has ended, or cancel the task"
        case "dead_letter_closed": "`cairn dlq show` says by whom"
        case "worker_ended": "`cairn worker list` lists those that are there"
        case "invalid_actor": "Mend --by"
        case "invalid_reason": "Mend --reason"
        case .idempotencyKeyRequired: "Give one with --idempotency-key"
        case .duplicateTask: "See it with \(task ?? "`cairn task list`"), or get it with --on-duplicate return"
        case .versionImmutable: "Raise the version in the template, and register that"
        case .invalidTemplate: "Mend it; docs/template-reference.md says what a template may hold"
        case .invalidContext: "Give what the template's input_schema asks for with --context"
        case "context_too_large", "body_too_large": "Keep great data elsewhere, and give the task a reference to it"
        case "invalid_option", "invalid_member", "unknown_member", "missing_member", "invalid_parameter",
            "unsupported_media_type":
            option(error.json?["pointer"]?.stringValue)
        case .hookNotFound: "`cairn hook list` lists the hooks"
        case "callback_refused": "Ask whoever runs the server to allow it: \(error.hint ?? "see docs/hooks.md")"
        case "route_not_found", "method_not_allowed", .notFound:
            "Check that a Cairn server of this version is at that address; see --server"
        default: error.hint.map { $0.prefix(1).uppercased() + $0.dropFirst() }
        }
    }

    /// What can still be done to a task that has ended.
    private static func ended(_ state: String?) -> String {
        state == "error"
            ? "Retry it with `cairn task retry`, or end it as dealt with by `cairn task resolve`"
            : "Nothing more can be done to it; submit it again if it has to run once more"
    }

    /// The option that a member of a request comes from.
    private static func option(_ pointer: String?) -> String? {
        guard let member = pointer?.split(separator: "/").first else { return nil }
        let options: [String: String] = ["tags": "tag", "headers": "header", "template_name": "template"]
        return "Mend --" + (options[String(member)] ?? String(member).replacing("_", with: "-"))
    }

    /// What to do when nothing better is known.
    static func general(_ status: ExitStatus, command: String) -> String {
        switch status {
        case .badInput: "See `\(command) --help`"
        case .notFound: "Check the name or the number"
        case .unreachable: "Check that it runs, and that it can be reached from here"
        case .refused: "Ask whoever runs the server or the database"
        case .done, .failed: "Try again; if it stays so, report it with what you did"
        }
    }
}
