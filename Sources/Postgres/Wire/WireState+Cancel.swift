import CLibPQ

extension WireState {
    /// The caller wants no more of it. What was not sent is dropped; what was sent is cancelled by the server.
    mutating func cancel(_ id: UInt64, _ effects: inout WireEffects) {
        if let index = held.firstIndex(where: { $0.id == id }) {
            let operation = held.remove(at: index)
            return effects.resume(operation.continuation, WireOutcome(error: .cancelledBeforeSending))
        }
        guard let index = flights.firstIndex(where: { $0.operation.id == id }) else { return }
        flights[index].wantsCancel = true
        startCancel(&effects)
    }

    /// Asks for the cancel once the operation is alone on the wire, so that no neighbour can be hit.
    mutating func startCancel(_ effects: inout WireEffects) {
        guard lost == nil, cancelling == nil, flights.count == 1, flights[0].wantsCancel, !flights[0].sentCancel else {
            return
        }
        guard let request = CancelRequest(handle, operation: flights[0].operation.id) else { return }
        flights[0].sentCancel = true
        cancelling = request.operation
        effects.cancel = request
    }

    /// The server has passed the cancel on: from here it cannot hit anything that is sent later.
    mutating func cancelFinished(_ effects: inout WireEffects) {
        cancelling = nil
        if let (continuation, outcome) = deferred {
            deferred = nil
            effects.resume(continuation, outcome)
        }
        pump(&effects)
    }

    /// The cancelled operation is still not over, or its request hangs. The one that is under way may be a later one,
    /// which has a limit of its own.
    mutating func cancelTimedOut(_ id: UInt64, _ effects: inout WireEffects) {
        guard cancelling == id || flights.contains(where: { $0.operation.id == id }) else { return }
        lose(
            PostgresError(
                code: .outcomeUnknown,
                message: "the connection was closed: a cancelled statement did not end in time"), &effects)
    }
}
