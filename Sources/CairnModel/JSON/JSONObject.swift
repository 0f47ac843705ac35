/// The members of a JSON object, in the order they were written, each name once.
public struct JSONObject: Sendable {
    /// A name and its value.
    public struct Member: Sendable, Hashable {
        /// The member's name, unescaped.
        public var name: String
        /// The member's value.
        public var value: JSON

        /// A member.
        public init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// The members in order.
    public private(set) var members: [Member]

    /// An object without members.
    public init() { members = [] }

    /// An object of `members`; of members with the same name the last value stays, at the first one's place.
    public init(_ members: [Member]) {
        self.members = []
        self.members.reserveCapacity(members.count)
        var places: [ScalarString: Int] = [:]
        for member in members {
            let key = ScalarString(member.name)
            if let place = places[key] {
                self.members[place].value = member.value
            } else {
                places[key] = self.members.count
                self.members.append(member)
            }
        }
    }

    /// An object of members that are known to have different names.
    init(distinct members: [Member]) { self.members = members }

    /// The names in order.
    public var names: [String] { members.map(\.name) }

    /// The value of the member called `name`; setting `nil` removes it, setting a new name appends it.
    public subscript(name: String) -> JSON? {
        get { members.first { $0.name.hasSameScalars(as: name) }?.value }
        set {
            let place = members.firstIndex { $0.name.hasSameScalars(as: name) }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The members ordered by the code points of their names.
    var sortedByName: [Member] { members.sorted { $0.name.precedesByScalars($1.name) } }
}

extension JSONObject: Hashable {
    /// Whether both have equal members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.members.count == right.members.count else { return false }
        return left.sortedByName == right.sortedByName
    }

    /// Feeds the members into `hasher`, in an order that does not depend on how they were written.
    public func hash(into hasher: inout Hasher) { hasher.combine(sortedByName) }
}

extension JSONObject.Member {
    /// Whether names (by code point) and values are equal.
    public static func == (left: Self, right: Self) -> Bool {
        left.name.hasSameScalars(as: right.name) && left.value == right.value
    }

    /// Feeds name and value into `hasher`.
    public func hash(into hasher: inout Hasher) {
        name.hashScalars(into: &hasher)
        hasher.combine(value)
    }
}

extension JSONObject: RandomAccessCollection {
    /// The place of the first member.
    public var startIndex: Int { members.startIndex }
    /// The place behind the last member.
    public var endIndex: Int { members.endIndex }
    /// The member at a place.
    public subscript(position: Int) -> Member { members[position] }
}
