import CairnModel
import CairnOrchestrator
import CairnStore
import Hummingbird
import Postgres
import Testing

@Suite struct FleetControlTests {
    @Test func `a paused namespace starts nothing, and says who paused it and why`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            _ = try await api.submit()
            let answer = try await api.post("/v1/namespaces/t/pause", "{\(annAndWhy)}")
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "Paused") == [])
            #expect(try answer.json == ["name": "t", "paused": true, "changed": true])
            #expect(try await api.post("/v1/namespaces/t/pause", "{\(annAndWhy)}").json["changed"] == false)
            let listed = try await api.get("/v1/namespaces").json
            #expect(try SchemaChecker().errors(listed, as: "NamespaceList") == [])
            #expect(listed["namespaces"]?[0]?["paused_by"] == "ann")
            #expect(listed["namespaces"]?[0]?["paused_reason"] == "the provider is back")
            #expect(try await api.claim(worker).isEmpty)
            #expect(try await api.post("/v1/namespaces/t/resume", "{\(annAndWhy)}").json["paused"] == false)
            #expect(try await api.get("/v1/namespaces").json["namespaces"]?[0]?["paused_at"] == .null)
            #expect(try await api.claim(worker).count == 1)
        }
    }

    @Test func `a worker is asked to leave`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let answer = try await api.post("/v1/workers/\(worker)/drain", "{\(annAndWhy)}")
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "Drained") == [])
            #expect(try answer.json["changed"] == true)
            #expect(try await api.post("/v1/workers/\(worker)/drain", "{\(annAndWhy)}").json["changed"] == false)
            let listed = try await api.get("/v1/workers").json["workers"]?[0]
            #expect(listed?["state"] == "draining" && listed?["drained_by"] == "ann")
            _ = try await api.store.pool.execute("update cairn.workers set state = 'stopped', ended_at = now()")
            let ended = try await api.post("/v1/workers/\(worker)/drain", "{\(annAndWhy)}")
            #expect(try ended.status == 409 && ended.code == "worker_ended")
        }
    }

    @Test(arguments: [
        ("namespaces/none/pause", "namespace_not_found"), ("namespaces/none/resume", "namespace_not_found"),
        ("workers/999/drain", "worker_not_found"),
    ])
    func `an action needs who and why, and something to do it to`(path: String, code: String) async throws {
        try await API.test { (api) async throws in
            let absent = try await api.post("/v1/\(path)", "{\(annAndWhy)}")
            #expect(try absent.status == 404 && absent.code == code)
            #expect(try await api.post("/v1/\(path)", #"{"reason": "why"}"#).json["pointer"] == "/by")
            #expect(try await api.post("/v1/\(path)", #"{"by": "ann"}"#).json["pointer"] == "/reason")
            #expect(try await api.post("/v1/\(path)", #"{"all": true, \#(annAndWhy)}"#).code == "unknown_member")
        }
    }

    @Test func `retention is for ever until somebody says how long`() async throws {
        try await API.test { (api) async throws in
            let before = try await api.get("/v1/retention").json
            #expect(try SchemaChecker().errors(before, as: "Retention") == [])
            #expect(before["keep_tasks"] == .null && before["keep_history"] == .null)
            let both = try await api.patch(
                "/v1/retention", #"{"keep_tasks": "30d", "keep_history": "2160h", \#(annAndWhy)}"#)
            #expect(both.status == 200)
            #expect(try both.json["keep_tasks"] == "30d" && both.json["keep_history"] == "90d")
            #expect(try both.json["changed_by"] == "ann")
            let one = try await api.patch("/v1/retention", #"{"keep_history": null, \#(annAndWhy)}"#)
            #expect(try one.json["keep_tasks"] == "30d" && one.json["keep_history"] == .null)
            let again = try await api.patch("/v1/retention", #"{"keep_history": "90d", \#(annAndWhy)}"#)
            #expect(again.status == 200)
            let forEver = try await api.patch("/v1/retention", #"{"keep_tasks": null, \#(annAndWhy)}"#)
            #expect(try forEver.status == 400 && forEver.code == "invalid_retention")
            let shorter = try await api.patch("/v1/retention", #"{"keep_tasks": "120d", \#(annAndWhy)}"#)
            #expect(try shorter.status == 400 && shorter.code == "invalid_retention")
        }
    }

    @Test(arguments: [
        ("", "missing_member"), (#""keep_tasks": "30 days", "#, "invalid_member"),
        (#""keep_tasks": 30, "#, "invalid_member"), (#""keep_all": "30d", "#, "unknown_member"),
        (#""keep_tasks": "1m", "#, "invalid_retention"),
    ])
    func `a retention that is none is refused`(members: String, code: String) async throws {
        try await API.test { (api) async throws in
            let answer = try await api.patch("/v1/retention", "{\(members)\(annAndWhy)}")
            #expect(try answer.status == 400 && answer.code == code)
            #expect(try await api.patch("/v1/retention", #"{"keep_tasks": "30d", "by": "ann"}"#).status == 400)
        }
    }
}
