/// Rows in aligned columns under a heading. When it is too wide, the widest of the columns that may shrink shrinks first.
struct Table: Sendable {
    struct Column: Sendable {
        var title: String
        var isRight = false
        /// Whether the column may be cut to make the table fit.
        var shrinks = false
    }

    var columns: [Column]
    var rows: [[Span]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ row: [Span]) { rows.append(row) }

    /// The table's lines; just the heading when there is no row.
    func lines(width: Int, hasHeading: Bool = true) -> [Line] {
        let widths = fitted(to: width)
        let heading = columns.map { Span($0.title.uppercased(), .dim) }
        return ((hasHeading ? [heading] : []) + rows).map { line($0, widths) }
    }

    private func line(_ row: [Span], _ widths: [Int]) -> Line {
        var spans: [Span] = []
        for (index, cell) in row.enumerated() {
            if index > 0 { spans.append(Span("  ")) }
            let cut = Line([cell]).truncated(to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - cut.width))
            if columns[index].isRight { spans.append(Span(padding)) }
            spans += cut.spans
            // Nothing is written behind the last cell.
            if !columns[index].isRight, row[(index + 1)...].contains(where: { !$0.text.isEmpty }) {
                spans.append(Span(padding))
            }
        }
        while let last = spans.last, last.text.allSatisfy({ $0 == " " }) { spans.removeLast() }
        return Line(spans)
    }

    private func fitted(to width: Int) -> [Int] {
        var widths = columns.indices.map { column in
            rows.reduce(displayWidth(columns[column].title)) { max($0, displayWidth($1[column].text)) }
        }
        let gaps = 2 * (columns.count - 1)
        while width < .max, widths.reduce(gaps, +) > width {
            let wide = columns.indices.filter { columns[$0].shrinks && widths[$0] > 8 }
            guard let widest = wide.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
