/// What is on the wire and what comes back next: the order of results in libpq's pipeline mode, without a socket.
///
/// A *group* is the statements up to one sync: one implicit transaction. The server answers each command with a result
/// and then NULL, and each sync with a result of its own without NULL. After an error, the rest of the group is
/// reported as aborted; the next group starts afresh. The commit that comes with a sync may fail after all commands
/// have succeeded, as when a deferred constraint is violated: then an error and NULL come ahead of the sync's result.
package struct PipelineState {
    /// A message of a group that the server answers.
    package enum Command: Equatable {
        /// Prepares a statement under a name.
        case prepare(String)
        /// Runs a statement, whose result belongs to the caller.
        case execute
    }

    /// What `PQgetResult` returned.
    package enum Signal: Equatable {
        case succeeded, failed, aborted, null, sync
        /// COPY, or anything else that has no place in a pipeline.
        case foreign
    }

    /// What to do with it.
    package enum Action: Equatable {
        /// Nothing: drop the result, if there is one, and read on.
        case proceed
        /// The statement of this name now exists; drop the result.
        case prepared(String)
        /// The result belongs to the first group.
        case deliver
        /// The result is the error of the first group.
        case fail
        /// The first group is complete.
        case finish
        /// The connection cannot be used any more.
        case broken
    }

    private struct Group {
        var commands: [Command]
        var next = 0
        var awaitsNull = false
    }

    private var groups: [Group] = []
    private var head = 0

    package init() {}

    /// How many groups are on the wire.
    package var count: Int { groups.count - head }
    package var isEmpty: Bool { count == 0 }
    /// Whether the NULL that ends a command's results comes next.
    package var awaitsNull: Bool { !isEmpty && groups[head].awaitsNull }

    /// A group was sent, its sync included.
    package mutating func sent(_ commands: [Command]) { groups.append(Group(commands: commands)) }

    /// Something came back.
    package mutating func receive(_ signal: Signal) -> Action {
        guard !isEmpty else { return signal == .null ? .proceed : .broken }
        let group = groups[head]
        if group.awaitsNull {
            guard signal == .null else { return .broken }
            groups[head].awaitsNull = false
            return .proceed
        }
        let command = group.next < group.commands.count ? group.commands[group.next] : nil
        switch (signal, command) {
        case (.sync, nil):
            removeFirst()
            return .finish
        case (.null, _):
            return .proceed
        case (.succeeded, let command?):
            advance()
            if case .prepare(let name) = command { return .prepared(name) }
            return .deliver
        case (.failed, _?):
            advance()
            return .fail
        case (.failed, nil):
            groups[head].awaitsNull = true
            return .fail
        case (.aborted, _?):
            advance()
            return .proceed
        default:
            return .broken
        }
    }

    private mutating func advance() {
        groups[head].next += 1
        groups[head].awaitsNull = true
    }

    /// Amortised: the array is compacted now and then only.
    private mutating func removeFirst() {
        head += 1
        if head == groups.count {
            groups.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64 {
            groups.removeFirst(head)
            head = 0
        }
    }
}
