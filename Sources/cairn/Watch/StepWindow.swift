/// The part of the steps that is shown when there are more than lines: around the first one that does something.
struct StepWindow {
    let lines: [Line]

    init(_ rows: [(line: Line, isActive: Bool)], room: Int) {
        guard rows.count > room else {
            lines = rows.map(\.line)
            return
        }
        let active = rows.firstIndex(where: \.isActive) ?? rows.count - 1
        // A line at each end tells what is left out there; where there is no room for them, they are left out themselves.
        let marks = room >= 4 ? 1 : 0
        var first = room > 1 ? active - 1 : active
        var end = first + max(1, room - 2 * marks)
        // At the first and the last steps one of the two lines is a step instead.
        if first <= marks { (first, end) = (0, max(1, room - marks)) }
        if end >= rows.count - marks { (first, end) = (rows.count - max(1, room - marks), rows.count) }
        let above = first > 0 && marks > 0 ? [Line("  … \(first) more above", .dim)] : []
        let below = end < rows.count && marks > 0 ? [Line("  … \(rows.count - end) more below", .dim)] : []
        lines = above + rows[first..<end].map(\.line) + below
    }
}
