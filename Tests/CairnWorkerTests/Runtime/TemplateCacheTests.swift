import Postgres
import Testing

@testable import CairnStore
@testable import CairnWorker

/// Templates are fetched once, and those that a reply needs are there together.
@Suite struct TemplateCacheTests {
    private func step(of template: Int64) -> [WorkerTemplateStep] {
        [
            WorkerTemplateStep(
                namespace: "test", templateName: "t\(template)", templateVersion: "1.0.0", stepNo: 1, name: "a",
                handler: "test.run", config: JSONB("{}"), timeoutMilliseconds: 1000, maxAttempts: 1, hasInput: false)
        ]
    }

    @Test func `what one reply needs never pushes itself out`() async throws {
        let cache = TemplateCache(capacity: 4)
        try await cache.load(1...3) { step(of: $0) }
        try await cache.load(2...9) { step(of: $0) }
        for id in Int64(2)...9 { #expect(cache[id, 1]?.templateName == "t\(id)") }
        #expect(cache[1, 1] == nil)
    }

    @Test func `what is known is not fetched again`() async throws {
        let cache = TemplateCache(capacity: 4)
        try await cache.load([1, 2, 1]) { step(of: $0) }
        var fetched: [Int64] = []
        try await cache.load([2, 3, 1]) {
            fetched.append($0)
            return step(of: $0)
        }
        #expect(fetched == [3])
    }
}
