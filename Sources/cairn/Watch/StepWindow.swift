/// The part of the steps that is shown when there are more than lines: around the first one that does something.
struct StepWindow {
    let lines: [Line]

    init(_ rows: [(line: Line, isActive: Bool)], room: Int) {
        guard rows.count > room else {
            lines = rows.map(\.line)
            return
        }
        // Two lines tell what is left out; where there is no room for them, they are left out themselves.
        let hasMarks = room >= 4
        let count = max(1, hasMarks ? room - 2 : room)
        let active = rows.firstIndex(where: \.isActive) ?? rows.count - 1
        let first = max(0, min(active - 1, rows.count - count))
        let shown = rows[first..<(first + count)].map(\.line)
        guard hasMarks else {
            lines = shown
            return
        }
        let below = rows.count - first - count
        lines = [Line("  … \(first) more above", .dim)] + shown + [Line("  … \(below) more below", .dim)]
    }
}
