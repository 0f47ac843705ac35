import CairnModel
package import Postgres

/// What the database says of a worker that reports itself.
package enum WorkerState: String, Sendable {
    case live
    case draining
    /// Not known, stopped, or lost: register anew.
    case gone
}

/// What a worker learns when it reports itself.
package struct HeartbeatReply: Sendable, Equatable {
    package let state: WorkerState
    /// Those of its attempts that are not wanted any more: their task is being stopped, or somebody else settled the
    /// step. Their handlers should be cancelled.
    package let unwanted: [AttemptKey]
}

/// One step of a template, as a worker needs it.
package struct WorkerTemplateStep: Sendable {
    package let namespace: String
    package let templateName: String
    package let templateVersion: String
    package let stepNo: Int32
    package let name: String
    package let handler: String
    package let config: JSONB
    package let timeoutMilliseconds: Int64
    package let maxAttempts: Int32
    /// Whether the step maps its input.
    package let hasInput: Bool
}

extension Store {
    /// Registers a new incarnation of a worker.
    package func registerWorker(_ worker: WorkerRegistration) async throws -> RegisteredWorker {
        let lease = "\(worker.lease.milliseconds) milliseconds"
        let (id, channels, leaseMilliseconds, token) = try await refusing {
            try await pool.query(
                """
                select worker_id, channels, lease_ms, token from cairn.register_worker(
                  \(worker.name), \(worker.host), \(worker.processID), \(worker.version), \(worker.namespaces),
                  \(worker.handlers), \(worker.concurrency), \(worker.pollOnly), \(lease)::text::interval)
                """, as: (Int64, [String], Int64, PostgresUUID).self)[0]
        }
        tokens[id] = token
        return RegisteredWorker(id: id, channels: channels, lease: .milliseconds(leaseMilliseconds))
    }

    /// What a worker that was registered here proves itself with.
    package func token(of workerID: Int64) -> PostgresUUID? { tokens[workerID] }

    /// Says that a worker lives, whether it drains, which attempts it runs, and of which it has the outcome but cannot
    /// report it, for somebody has their task locked.
    package func heartbeat(
        workerID: Int64, draining: Bool = false, running: [AttemptKey] = [], reporting: [AttemptKey] = []
    ) async throws -> HeartbeatReply {
        let (state, tasks, steps, attempts) = try await pool.query(
            """
            select * from cairn.heartbeat(
              \(workerID), \(draining), \(running.map(\.taskID)), \(running.map(\.stepNo)), \(running.map(\.attempt)),
              \(tokens[workerID]), \(reporting.map(\.taskID)), \(reporting.map(\.stepNo)))
            """, as: (String, [Int64], [Int32], [Int16]).self)[0]
        return HeartbeatReply(
            state: WorkerState(rawValue: state) ?? .gone,
            unwanted: tasks.indices.map {
                AttemptKey(taskID: tasks[$0], stepNo: steps[$0], attempt: attempts[$0])
            })
    }

    /// The worker leaves; what it still holds is expired by the next sweep.
    package func deregisterWorker(_ workerID: Int64) async throws {
        _ = try await pool.execute("select cairn.deregister_worker(\(workerID), \(tokens[workerID]))")
        tokens[workerID] = nil
    }

    /// The steps of a template of one of the worker's namespaces.
    package func workerTemplate(workerID: Int64, templateID: Int64) async throws -> [WorkerTemplateStep] {
        let rows = try await pool.query(
            "select * from cairn.worker_template(\(workerID), \(templateID), \(tokens[workerID]))",
            as: (String, String, String, Int32, String, String, JSONB, Int64, Int32, Bool).self)
        return rows.map {
            WorkerTemplateStep(
                namespace: $0.0, templateName: $0.1, templateVersion: $0.2, stepNo: $0.3, name: $0.4, handler: $0.5,
                config: $0.6, timeoutMilliseconds: $0.7, maxAttempts: $0.8, hasInput: $0.9)
        }
    }

    /// The attempts that the database believes a worker to run. After a reply got lost, those that the worker does not
    /// know were claimed by it, and are to be released.
    package func heldSteps(workerID: Int64) async throws -> [AttemptKey] {
        let rows = try await pool.query(
            "select task_id, step_no, attempt from cairn.held_steps(\(workerID), \(tokens[workerID]))",
            as: (Int64, Int32, Int16).self)
        return rows.map { AttemptKey(taskID: $0.0, stepNo: $0.1, attempt: $0.2) }
    }

    /// Workers that are present, or all incarnations.
    package func workers(all: Bool = false) async throws -> JSONText {
        try await only("select cairn.workers_json(\(all))")
    }

    /// Settles and claims in one transaction and one round trip; the heart of everything.
    ///
    /// Fenced, so that a worker may send the same settlements again after `PostgresError.outcomeUnknown`: those that
    /// had come through are refused then. Steps that were claimed by the lost reply are found by ``heldSteps(workerID:)``.
    package func exchange(_ request: ExchangeRequest) async throws -> ExchangeReply {
        guard let result = try await pool.run([request.query(token: tokens[request.workerID])]).first else {
            throw PostgresError(code: .decoding, message: "cairn.exchange gave no result")
        }
        return try ExchangeReply(result)
    }
}
