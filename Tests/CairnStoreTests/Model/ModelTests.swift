import CairnModel
import CairnStore
import Foundation
import Postgres
import TestSupport
import Testing

/// Random operations against the SQL core and against a plain model of the same rules.
@Suite struct ModelTests {
    /// Sequences of one seed; more with `CAIRN_MODEL_SEQUENCES`.
    private static let sequences =
        ProcessInfo.processInfo.environment["CAIRN_MODEL_SEQUENCES"].flatMap(Int.init) ?? 1000

    @Test(
        "whatever workers, time and operators do, tasks and steps are as the rules say",
        arguments: SeededRandom.seeds(2))
    func operations(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        try await TestDatabase.with { database in
            var templates: [ModelTemplate] = []
            for number in 0..<20 {
                let template = ModelTemplate.random(named: "model_\(number)", &random)
                try await database.register(template.json)
                let names = try await database.pool.query(
                    """
                    select s.name from cairn.template_steps s join cairn.templates t on t.id = s.template_id
                    where t.name = \(template.name) order by s.step_no
                    """, as: String.self)
                templates.append(template.ordered(names))
            }
            let known = templates
            let failure = try await database.pool.withConnection { connection -> String? in
                try await connection.runScript(
                    """
                    create function pg_temp.attempt(call text) returns text language plpgsql as $$
                    declare answer text;
                    begin
                      execute call into answer;
                      return coalesce(nullif(answer, ''), 'ok');
                    exception when sqlstate 'CN404' or sqlstate 'CN409' then
                      get stacked diagnostics answer = pg_exception_hint;
                      return answer;
                    end $$
                    """)
                for _ in 0..<Self.sequences {
                    let length = Int.random(in: 5...40, using: &random)
                    let operations = (0..<length).map { _ in Operation.random(&random) }
                    if try await ModelRun.difference(operations, templates: known, on: connection) != nil {
                        return try await Self.shrunk(operations, known, connection)
                    }
                }
                return nil
            }
            #expect(failure == nil, "seed \(seed)\n\(failure ?? "")")
        }
    }

    /// The shortest part of a failing sequence that still fails, as text.
    private static func shrunk(
        _ operations: [Operation], _ templates: [ModelTemplate], _ connection: PostgresConnection
    ) async throws -> String {
        var operations = operations
        var chunk = max(operations.count / 2, 1)
        while true {
            var start = 0
            var isShorter = false
            while start < operations.count {
                var part = operations
                part.removeSubrange(start..<min(start + chunk, part.count))
                if try await ModelRun.difference(part, templates: templates, on: connection) != nil {
                    operations = part
                    isShorter = true
                } else {
                    start += chunk
                }
            }
            if chunk == 1 && !isShorter { break }
            chunk = max(chunk / 2, 1)
        }
        let difference = try await ModelRun.difference(operations, templates: templates, on: connection)
        let used = templates.filter { difference?.contains("(\($0.name))") ?? false }.map(\.json)
        return (operations.map { "  \($0)" } + [difference ?? "no difference any more"] + used).joined(separator: "\n")
    }
}
