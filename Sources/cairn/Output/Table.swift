/// Rows in aligned columns under a heading.
///
/// When it is too wide, columns without any content are left out; then those that may shrink do, the widest first; then
/// those that may be missing are left out, the last first; then those that fold stand on lines of their own below each
/// row, the early ones before the late ones.
struct Table: Sendable {
    /// When a column moves below the row.
    enum Folding: Sendable {
        case never
        case early
        /// Only when everything else that may make room has.
        case late
    }

    struct Column: Sendable {
        var title: String
        var isRight = false
        /// Whether the column may be cut to make the table fit.
        var shrinks = false
        /// Whether the column may be left out to make the table fit.
        var isOptional = false
        /// Whether the column may move below the row to make the table fit; there it is never cut.
        var folds = Folding.never
    }

    var columns: [Column]
    var rows: [[Span]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ row: [Span]) { rows.append(row) }

    /// The table's lines; just the heading when there is no row.
    func lines(width: Int, hasHeading: Bool = true) -> [Line] {
        let layout = Layout(self, width: width)
        let heading = layout.line(columns.map { Span($0.title.uppercased(), .dim) }, columns)
        return (hasHeading ? [heading] : [])
            + rows.flatMap { row in [layout.line(row, columns)] + layout.folded.flatMap { fold(row[$0], to: width) } }
    }

    /// How wide each column is; `nil` for one that does not stand in the row.
    func widths(in width: Int) -> [Int?] { Layout(self, width: width).widths }

    private func fold(_ cell: Span, to width: Int) -> [Line] {
        let indent = "    "
        guard !cell.text.isEmpty else { return [] }
        return wrapped(cell.text, to: width - indent.count).map { Line([Span(indent), Span($0, cell.colour)]) }
    }
}

/// Which columns stand in the rows of a table, how wide, and which below.
private struct Layout {
    private(set) var widths: [Int?]
    private(set) var folded: [Int] = []

    init(_ table: Table, width: Int) {
        let columns = table.columns
        let full = columns.indices.map { column in
            table.rows.reduce(displayWidth(columns[column].title)) { max($0, displayWidth($1[column].text)) }
        }
        widths = full
        func fits(shrunk: Bool = true) -> Bool {
            let least = columns.indices.compactMap { column in
                widths[column].map { columns[column].shrinks && shrunk ? min($0, 8) : $0 }
            }
            return width == .max || least.reduce(2 * (least.count - 1), +) <= width
        }
        for column in columns.indices where !fits(shrunk: false) && !table.rows.isEmpty {
            if table.rows.allSatisfy({ $0[column].text.isEmpty }) { widths[column] = nil }
        }
        while !fits(), let last = columns.indices.last(where: { columns[$0].isOptional && widths[$0] != nil }) {
            widths[last] = nil
        }
        for folding in [Table.Folding.early, .late] {
            while !fits(),
                let next = columns.indices.first(where: { columns[$0].folds == folding && widths[$0] != nil })
            {
                widths[next] = nil
                folded.append(next)
            }
        }
        folded.sort()
        shrink(columns, to: width)
    }

    private mutating func shrink(_ columns: [Table.Column], to width: Int) {
        guard width < .max else { return }
        var excess = widths.reduce(2 * (widths.count { $0 != nil } - 1) - width) { $0 + ($1 ?? 0) }
        while excess > 0 {
            let wide = columns.indices.filter { columns[$0].shrinks && widths[$0] ?? 0 > 8 }
                .sorted { widths[$0] ?? 0 > widths[$1] ?? 0 }
            guard let widest = wide.first, let size = widths[widest] else { break }
            // Down to the next one at once: a cell may have tens of thousands of columns.
            let next = wide.dropFirst().first.flatMap { widths[$0] } ?? 8
            let cut = min(excess, max(1, size - next))
            widths[widest] = size - cut
            excess -= cut
        }
    }

    func line(_ row: [Span], _ columns: [Table.Column]) -> Line {
        // Nothing is written behind the last cell: a column may be as wide as one cell of ten thousand rows needs it.
        let last = row.indices.last { widths[$0] != nil && !row[$0].text.isEmpty } ?? -1
        var spans: [Span] = []
        for (index, cell) in row.enumerated() where index <= last {
            guard let width = widths[index] else { continue }
            if !spans.isEmpty { spans.append(Span("  ")) }
            let cut = Line([cell]).truncated(to: width)
            guard index < last || columns[index].isRight else {
                spans += cut.spans
                break
            }
            let padding = Span(String(repeating: " ", count: max(0, width - cut.width)))
            spans += columns[index].isRight ? [padding] + cut.spans : cut.spans + [padding]
        }
        return Line(spans)
    }
}
