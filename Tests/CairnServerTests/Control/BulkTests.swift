import CairnModel
import CairnOrchestrator
import CairnStore
import Hummingbird
import Postgres
import Testing

@Suite struct BulkTests {
    @Test func `a bulk action counts unless it is told otherwise, and needs neither who nor why for that`() async throws
    {
        try await API.test { (api) async throws in
            try await api.register()
            for number in 1...3 { _ = try await api.submit(number == 1 ? "" : #""tags": ["late"]"#) }
            let answer = try await api.post(
                "/v1/tasks/bulk", #"{"action": "cancel", "filter": {"namespace": "t", "tag": "late"}}"#)
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "BulkReport") == [])
            #expect(try answer.json["dry_run"] == true && answer.json["matched"] == 2)
            #expect(try answer.json["by_state"] == ["steps_in_process": 2])
            #expect(try await api.lastAction() == [])
        }
    }

    @Test func `it goes on in batches until nothing is left, and names the first 100 refusals`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            for _ in 1...4 {
                let items = (1...125).map { _ in request() }.joined(separator: ",")
                #expect(try await api.post("/v1/tasks/batch", "[\(items)]").status == 201)
            }
            // Every fourth fails; the others wait for their second step.
            let steps = try await api.claim(worker)
            #expect(steps.count == 500)
            try await api.settle(worker, steps.filter { $0.taskID % 4 == 0 }, .permanent)
            try await api.settle(worker, steps.filter { $0.taskID % 4 != 0 }, .succeeded)
            let answer = try await api.post(
                "/v1/tasks/bulk", #"{"action": "retry", "filter": {"namespace": "t"}, "dry_run": false, \#(annAndWhy)}"#
            )
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "BulkReport") == [])
            #expect(try answer.json["done"] == 125 && answer.json["refused"] == 375)
            let refusals = try #require(try answer.json["refusals"]?.arrayValue)
            #expect(refusals.count == 100)
            #expect(refusals.allSatisfy { $0["code"] == "nothing_to_retry" })
            #expect(try await api.get("/v1/tasks?state=error").json["tasks"] == [])
            let batches = try await api.store.pool.queryFirst(
                "select count(*) from cairn.operator_actions where action = 'bulk_action'", as: Int64.self)
            #expect(batches == 3)
        }
    }

    @Test func `steps are completed in bulk, with a result`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let failed = [try await api.failedTask(worker), try await api.failedTask(worker)]
            let answer = try await api.post(
                "/v1/tasks/bulk",
                #"""
                {"action": "complete_step", "filter": {"state": "error", "step": "s1", "step_state": "error"},
                 "options": {"result": 7}, "dry_run": false, \#(annAndWhy)}
                """#)
            #expect(try answer.json["done"] == 2 && answer.json["refused"] == 0)
            for id in failed {
                #expect(try await api.get("/v1/tasks/\(id)/results").json == ["s1": 7])
            }
        }
    }

    @Test(arguments: [
        (#""action": "delete", "filter": {}"#, "invalid_action", "/action"),
        (#""action": "retry""#, "missing_member", "/filter"),
        (#""action": "retry", "filter": []"#, "invalid_member", "/filter"),
        (#""action": "retry", "filter": {"tag": 5}"#, "invalid_member", "/filter/tag"),
        (#""action": "retry", "filter": {"name": "x"}"#, "invalid_filter", "/filter"),
        (#""action": "retry", "filter": {"state": "broken"}"#, "invalid_filter", "/filter"),
        (#""action": "reset_step", "filter": {}"#, "invalid_filter", "/filter/step"),
        (#""action": "retry", "filter": {}, "options": {"result": 1}"#, "invalid_member", "/options/result"),
        (#""action": "retry", "filter": {}, "dry_run": "no""#, "invalid_member", "/dry_run"),
        (#""action": "retry", "filter": {}, "dry_run": false"#, "missing_member", "/by"),
        (#""action": "retry", "filter": {}, "dry_run": false, "by": "ann""#, "missing_member", "/reason"),
        (#""action": "retry", "filter": {}, "sure": true"#, "unknown_member", "/sure"),
    ])
    func `a request that is wrong is refused`(members: String, code: String, pointer: String) async throws {
        try await API.test { (api) async throws in
            let answer = try await api.post("/v1/tasks/bulk", "{\(members)}")
            #expect(answer.status == 400)
            #expect(try answer.code == code && answer.json["pointer"]?.stringValue == pointer, "\(answer.text)")
        }
    }
}
