import CLibPQ

extension WireState {
    mutating func send(_ operation: WireOperation, _ effects: inout WireEffects) {
        guard isAlive(&effects) else {
            return effects.resume(operation.continuation, WireOutcome(error: lost?.with(code: .notSent)))
        }
        switch operation.work {
        case .group(let queries): send(queries, operation, &effects)
        case .script(let sql): send(script: sql, operation, &effects)
        }
    }

    /// Looks whether the server has hung up in the meantime, for then nothing need be sent, and that can be told.
    private mutating func isAlive(_ effects: inout WireEffects) -> Bool {
        guard flights.isEmpty else { return true }
        let isOpen = PQconsumeInput(handle) == 1
        if isOpen { _ = PQisBusy(handle) }
        takeNotifications(&effects)
        if isOpen, notices.fatal == nil, PQstatus(handle) == CONNECTION_OK { return true }
        lose(notices.fatal ?? lossOfConnection(), &effects)
        return false
    }

    func lossOfConnection() -> PostgresError {
        notices.fatal ?? PostgresError(code: .outcomeUnknown, message: PostgresError.connectionMessage(handle))
    }

    private mutating func send(_ queries: [PostgresQuery], _ operation: WireOperation, _ effects: inout WireEffects) {
        retireStatements(&effects)
        var flight = Flight(operation: operation, inTransaction: inTransaction)
        var commands: [PipelineState.Command] = []
        var isSent = true
        if let begin = pendingBegin {
            pendingBegin = nil
            flight.hidden = 1
            isSent = push(PostgresQuery(unescaped: begin), &flight, &commands)
        }
        for query in queries where isSent { isSent = push(query, &flight, &commands) }
        isSent = isSent && PQpipelineSync(handle) == 1
        flights.append(flight)
        pipeline.sent(commands)
        guard isSent else { return lose(lossOfConnection(), &effects) }
        flush(&effects)
    }

    /// Drops statements that the cache gave up, in groups of their own that nobody waits for.
    private mutating func retireStatements(_ effects: inout WireEffects) {
        guard !cache.retired.isEmpty, !inTransaction, flights.isEmpty else { return }
        for name in cache.takeRetired() {
            let query = PostgresQuery(unescaped: "deallocate \(name)")
            guard pushUnprepared(query), PQpipelineSync(handle) == 1 else {
                return lose(lossOfConnection(), &effects)
            }
            flights.append(Flight(operation: WireOperation(id: 0, work: .group([query]))))
            pipeline.sent([.execute])
        }
    }

    private mutating func push(
        _ query: PostgresQuery, _ flight: inout Flight, _ commands: inout [PipelineState.Command]
    ) -> Bool {
        let key = StatementCache.Key(sql: query.sql, types: query.binds.types)
        flight.keys.append(key)
        switch cache.use(key, group: flight.operation.id) {
        case .unprepared:
            commands.append(.execute)
            return pushUnprepared(query)
        case .prepare(let name):
            flight.names.append(name)
            commands.append(.prepare(name))
            commands.append(.execute)
            let types = query.binds.types.map(\.rawValue)
            return PQsendPrepare(handle, name, query.sql, Int32(types.count), types) == 1
                && query.binds.withParameters { count, values, lengths, formats in
                    PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1) == 1
                }
        case .execute(let name):
            commands.append(.execute)
            return query.binds.withParameters { count, values, lengths, formats in
                PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1) == 1
            }
        }
    }

    private func pushUnprepared(_ query: PostgresQuery) -> Bool {
        let types = query.binds.types.map(\.rawValue)
        return query.binds.withParameters { count, values, lengths, formats in
            PQsendQueryParams(handle, query.sql, count, types, values, lengths, formats, 1) == 1
        }
    }

    /// The pipeline refuses the simple protocol, so it is left for the time of a script.
    private mutating func send(script: String, _ operation: WireOperation, _ effects: inout WireEffects) {
        if let begin = pendingBegin {
            pendingBegin = nil
            held.insert(operation, at: 0)
            return send([PostgresQuery(unescaped: begin)], WireOperation(id: 0, work: .group([])), &effects)
        }
        flights.append(Flight(operation: operation, inTransaction: inTransaction))
        guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, script) == 1 else {
            return lose(lossOfConnection(), &effects)
        }
        runsScript = true
        flush(&effects)
    }

    mutating func flush(_ effects: inout WireEffects) {
        switch PQflush(handle) {
        case 0: break
        case 1: effects.wantsWrite = true
        default: lose(lossOfConnection(), &effects)
        }
    }
}
