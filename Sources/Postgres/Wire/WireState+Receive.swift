import CLibPQ

extension WireState {
    /// The socket is ready: reads, writes on, and works off what has arrived. Returns whether there is more to write.
    mutating func ready(_ effects: inout WireEffects) -> Bool {
        guard lost == nil else { return false }
        let isOpen = PQconsumeInput(handle) == 1
        let flushed = isOpen ? PQflush(handle) : -1
        runsScript ? receiveScript(&effects) : receiveResults(&effects)
        takeNotifications(&effects)
        if !isOpen || flushed < 0 || (notices.fatal != nil && flights.isEmpty) { lose(lossOfConnection(), &effects) }
        startCancel(&effects)
        pump(&effects)
        return lost == nil && (flushed == 1 || effects.wantsWrite)
    }

    mutating func takeNotifications(_ effects: inout WireEffects) {
        while let notification = PQnotifies(handle) {
            effects.events.append(
                .notification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
        if !notices.notices.isEmpty {
            effects.notices += notices.notices
            notices.notices = []
        }
    }

    private mutating func receiveResults(_ effects: inout WireEffects) {
        while lost == nil, !pipeline.isEmpty, PQisBusy(handle) == 0 {
            let result = PQgetResult(handle)
            let isStray = result == nil && !pipeline.awaitsNull
            take(result, pipeline.receive(signal(of: result)), &effects)
            if isStray { return }
        }
    }

    private func signal(of result: OpaquePointer?) -> PipelineState.Signal {
        guard let result else { return .null }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return .succeeded
        case PGRES_PIPELINE_SYNC: return .sync
        case PGRES_PIPELINE_ABORTED: return .aborted
        case PGRES_FATAL_ERROR: return .failed
        default: return .foreign
        }
    }

    private mutating func take(_ result: OpaquePointer?, _ action: PipelineState.Action, _ effects: inout WireEffects) {
        if case .deliver = action, let result {
            flights[0].results.append(PostgresResult(result))
            return
        }
        defer { PQclear(result) }
        switch action {
        case .proceed, .deliver: break
        case .prepared(let name): cache.prepared(name)
        case .fail:
            if let result { fail(result) }
        case .finish: finishFirst(&effects)
        case .broken:
            lose(
                PostgresError(
                    code: .unsupported,
                    message: "the connection was closed: a statement used COPY, or the protocol was broken"), &effects)
        }
    }

    /// The first error tells the cause; after a fatal one libpq adds others, that the connection is closed.
    private mutating func fail(_ result: OpaquePointer) {
        guard flights[0].failure == nil else { return }
        flights[0].failure = PostgresError(code: .server, result: result)
        flights[0].failureIsFatal = NoticeBox.isFatal(result)
    }

    private mutating func receiveScript(_ effects: inout WireEffects) {
        while lost == nil, runsScript, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                if flights[0].failureIsFatal { return lose(lossOfConnection(), &effects) }
                runsScript = false
                guard PQenterPipelineMode(handle) == 1 else { return lose(lossOfConnection(), &effects) }
                return finishFirst(&effects)
            }
            switch signal(of: result) {
            case .failed:
                fail(result)
            case .foreign, .sync, .aborted:
                lose(
                    PostgresError(code: .unsupported, message: "the connection was closed: a script used COPY"),
                    &effects)
            case .succeeded, .null: break
            }
            PQclear(result)
        }
    }

    /// The first operation is over, and its transaction with it unless one was begun explicitly.
    private mutating func finishFirst(_ effects: inout WireEffects) {
        let flight = flights.removeFirst()
        cache.finished(group: flight.operation.id, names: flight.names)
        var outcome = WireOutcome(results: Array(flight.results.dropFirst(flight.hidden)))
        if var failure = flight.failure {
            outcome = WireOutcome(error: failure)
            if failure.isStaleStatement {
                for key in flight.keys { cache.invalidate(key) }
                outcome.mayRunAgain = PQtransactionStatus(handle) == PQTRANS_IDLE
            }
            if flight.wantsCancel, failure.sqlState == "57014" {
                failure.code = .cancelled
                outcome.error = failure
            }
        }
        if flight.operation.id == 0, flight.inTransaction, let error = outcome.error, !held.isEmpty {
            // The `begin` ahead of a script failed: the script must not run outside of its transaction.
            effects.resume(held.removeFirst().continuation, WireOutcome(error: error))
        }
        if cancelling != nil, flight.sentCancel {
            deferred = (flight.operation.continuation, outcome)
        } else {
            effects.resume(flight.operation.continuation, outcome)
        }
    }
}
