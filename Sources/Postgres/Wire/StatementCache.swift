/// Which statements a connection has prepared, and under which names.
///
/// A name counts as prepared only once the server said so. While one group is preparing a statement, another one that
/// needs the same runs it unprepared, for the first may yet fail.
package struct StatementCache {
    /// A statement is the same when its text and the types of its parameters are.
    package struct Key: Hashable {
        package var sql: String
        package var types: [PostgresType]

        package init(sql: String, types: [PostgresType]) {
            self.sql = sql
            self.types = types
        }
    }

    /// How to run a statement.
    package enum Action: Equatable {
        /// It is prepared under this name.
        case execute(String)
        /// Prepare it under this name first.
        case prepare(String)
        /// Run it without a name.
        case unprepared
    }

    private struct Entry {
        var name: String
        var group: UInt64?
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var keys: [String: Key] = [:]
    private var clock: UInt64 = 0
    private var counter = 0

    /// Names that the server may still know and nobody will use again.
    package private(set) var retired: [String] = []

    package init(capacity: Int) { self.capacity = capacity }

    package var count: Int { entries.count }

    /// How a group should run this statement.
    package mutating func use(_ key: Key, group: UInt64) -> Action {
        clock += 1
        if let entry = entries[key] {
            if let owner = entry.group, owner != group { return .unprepared }
            entries[key]?.lastUse = clock
            return .execute(entry.name)
        }
        guard capacity > 0 else { return .unprepared }
        if entries.count >= capacity, !evict() { return .unprepared }
        counter += 1
        let name = "s\(counter)"
        entries[key] = Entry(name: name, group: group, lastUse: clock)
        keys[name] = key
        return .prepare(name)
    }

    /// The server prepared it.
    package mutating func prepared(_ name: String) {
        if let key = keys[name] { entries[key]?.group = nil }
    }

    /// The group is over: what it did not get prepared does not exist.
    package mutating func finished(group: UInt64, names: [String]) {
        for name in names {
            guard let key = keys[name], entries[key]?.group == group else { continue }
            entries[key] = nil
            keys[name] = nil
        }
    }

    /// The statement no longer fits, so that it is prepared anew when it is next used.
    package mutating func invalidate(_ key: Key) {
        guard let entry = entries[key], entry.group == nil else { return }
        forget(key, entry.name)
    }

    /// Hands over the names to deallocate.
    package mutating func takeRetired() -> [String] {
        defer { retired.removeAll() }
        return retired
    }

    /// Drops the statement whose last use is longest ago, unless all are being prepared.
    private mutating func evict() -> Bool {
        let oldest = entries.lazy.filter { $0.value.group == nil }.min { $0.value.lastUse < $1.value.lastUse }
        guard let oldest else { return false }
        forget(oldest.key, oldest.value.name)
        return true
    }

    private mutating func forget(_ key: Key, _ name: String) {
        entries[key] = nil
        keys[name] = nil
        retired.append(name)
    }
}
