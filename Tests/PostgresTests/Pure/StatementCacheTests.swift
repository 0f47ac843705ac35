import Postgres
import Testing

@Suite struct StatementCacheTests {
    let one = StatementCache.Key(sql: "select 1", types: [])
    let two = StatementCache.Key(sql: "select 2", types: [])

    @Test func `a statement is prepared once`() {
        var cache = StatementCache(capacity: 4)
        #expect(cache.use(one, group: 1) == .prepare("s1"))
        #expect(cache.use(one, group: 1) == .execute("s1"))
        cache.prepared("s1")
        cache.finished(group: 1, names: ["s1"])
        #expect(cache.use(one, group: 2) == .execute("s1"))
    }

    @Test func `another group does not rely on a statement that is being prepared`() {
        var cache = StatementCache(capacity: 4)
        #expect(cache.use(one, group: 1) == .prepare("s1"))
        #expect(cache.use(one, group: 2) == .unprepared)
    }

    @Test func `a statement that failed to prepare is prepared again`() {
        var cache = StatementCache(capacity: 4)
        #expect(cache.use(one, group: 1) == .prepare("s1"))
        cache.finished(group: 1, names: ["s1"])
        #expect(cache.use(one, group: 2) == .prepare("s2"))
    }

    @Test func `the types of the parameters count`() {
        var cache = StatementCache(capacity: 4)
        let text = StatementCache.Key(sql: "select $1", types: [.text])
        let number = StatementCache.Key(sql: "select $1", types: [.int8])
        #expect(cache.use(text, group: 1) == .prepare("s1"))
        #expect(cache.use(number, group: 1) == .prepare("s2"))
    }

    @Test func `the one unused for longest makes room`() {
        var cache = StatementCache(capacity: 2)
        for (key, name) in [(one, "s1"), (two, "s2")] {
            _ = cache.use(key, group: 1)
            cache.prepared(name)
        }
        #expect(cache.use(one, group: 2) == .execute("s1"))
        let three = StatementCache.Key(sql: "select 3", types: [])
        #expect(cache.use(three, group: 3) == .prepare("s3"))
        #expect(cache.takeRetired() == ["s2"])
        #expect(cache.takeRetired().isEmpty)
        #expect(cache.count == 2)
    }

    @Test func `nothing that is being prepared is thrown out`() {
        var cache = StatementCache(capacity: 1)
        _ = cache.use(one, group: 1)
        #expect(cache.use(two, group: 1) == .unprepared)
    }

    @Test func `a stale statement gets a new name`() {
        var cache = StatementCache(capacity: 4)
        _ = cache.use(one, group: 1)
        cache.prepared("s1")
        cache.invalidate(one)
        #expect(cache.use(one, group: 2) == .prepare("s2"))
        #expect(cache.retired == ["s1"])
    }
}
