/// Rows of characters, filled from top to bottom.
struct Canvas {
    private let glyphs: LineGlyphs
    private let colour: ((GraphNode, String) -> String)?
    private var rows: [[Character]] = []
    /// Texts of boxes, which are coloured when the rows are put together.
    private var texts: [(row: Int, column: Int, text: String, node: GraphNode)] = []
    private var boxes = 0..<0

    init(glyphs: LineGlyphs, colour: ((GraphNode, String) -> String)?) {
        self.glyphs = glyphs
        self.colour = colour
    }

    private mutating func put(_ character: Character, _ row: Int, _ column: Int) {
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
    }

    private mutating func addRows(_ count: Int) { rows += Array(repeating: [], count: count) }

    /// Begins a layer of boxes.
    mutating func beginBoxes(height: Int) {
        boxes = rows.count..<rows.count + height
        addRows(height)
    }

    /// Draws a box in the layer; with a line leaving it at the bottom when it `opens`.
    mutating func addBox(_ node: GraphNode, centre: Int, width: Int, opens: Bool) {
        let left = centre - width / 2
        let right = left + width - 1
        let bottom = boxes.upperBound - 1
        for column in left...right {
            put(glyphs[[.left, .right]], boxes.lowerBound, column)
            put(glyphs[[.left, .right]], bottom, column)
        }
        put(glyphs.corners.topLeft, boxes.lowerBound, left)
        put(glyphs.corners.topRight, boxes.lowerBound, right)
        put(glyphs.corners.bottomLeft, bottom, left)
        put(glyphs.corners.bottomRight, bottom, right)
        if opens { put(glyphs[[.left, .right, .down]], bottom, centre) }
        for (line, row) in boxes.dropFirst().dropLast().enumerated() {
            put(glyphs[.vertical], row, left)
            put(glyphs[.vertical], row, right)
            let text = line == 0 ? node.name : node.secondLine ?? ""
            let start = left + (width - text.count) / 2
            for (offset, character) in text.enumerated() { put(character, row, start + offset) }
            if !text.isEmpty { texts.append((row, start, text, node)) }
        }
    }

    /// Draws a long edge that passes by the boxes of a layer.
    mutating func addBend(centre: Int) {
        for row in boxes { put(glyphs[.vertical], row, centre) }
    }

    /// Draws the lines between two layers, and below them an arrow for each box they enter.
    mutating func addLines(_ bundles: [EdgeBundle], rows count: Int) {
        let first = rows.count
        addRows(count)
        var cells: [Int: [LineDirections]] = [:]
        let width = (bundles.map(\.span.upperBound).max() ?? 0) + 1
        for bundle in bundles {
            for (cell, directions) in bundle.cells(rows: count, width: width) {
                cells[cell, default: []].append(directions)
            }
        }
        for (cell, lines) in cells {
            put(glyphs[LineDirections.meeting(lines)], first + cell / width, cell % width)
        }
        addRows(1)
        for bundle in bundles {
            for column in bundle.targets {
                put(bundle.arrows.contains(column) ? glyphs.arrow : glyphs[.vertical], rows.count - 1, column)
            }
        }
    }

    /// The whole drawing.
    var text: String {
        var result = ""
        for (index, row) in rows.enumerated() {
            var column = 0
            for item in texts.filter({ $0.row == index }).sorted(by: { $0.column < $1.column }) {
                result += String(row[column..<item.column])
                result += colour?(item.node, item.text) ?? item.text
                column = item.column + item.text.count
            }
            result += String(row[column...]) + "\n"
        }
        return result
    }
}

extension EdgeBundle {
    /// What this bundle draws in each cell (numbered row by row) of the rows between two layers.
    fileprivate func cells(rows: Int, width: Int) -> [Int: LineDirections] {
        var cells: [Int: LineDirections] = [:]
        func add(_ directions: LineDirections, _ row: Int, _ column: Int) {
            cells[row * width + column, default: []].formUnion(directions)
        }
        guard let track else {
            for row in 0..<rows { for column in sources { add(.vertical, row, column) } }
            return cells
        }
        for column in sources {
            for row in 0..<track { add(.vertical, row, column) }
            add(.up, track, column)
        }
        for column in targets {
            add(.down, track, column)
            for row in track + 1..<rows { add(.vertical, row, column) }
        }
        for column in span {
            if column > span.lowerBound { add(.left, track, column) }
            if column < span.upperBound { add(.right, track, column) }
        }
        return cells
    }
}
