import CairnModel
import Foundation

/// Where a command's output goes: a document for machines, or lines for people.
struct Printer: Sendable {
    let isJSON: Bool
    let style: Style
    let width: Int

    init(isJSON: Bool) {
        self.isJSON = isJSON
        style = Style(isColoured: !isJSON && Terminal.hasColours())
        width = Terminal.lineWidth
    }

    /// One document, as the server wrote it; or what people get.
    func show(_ json: @autoclosure () -> JSON, _ lines: () -> [Line]) {
        if isJSON { Streams.json(json()) } else { show(lines()) }
    }

    /// Lines for people.
    func show(_ lines: [Line]) {
        for line in lines { Streams.line(line.text(style, width: width)) }
    }

    /// A remark for people that is no part of the output.
    func remark(_ text: String) {
        Streams.error(sanitized(text))
    }
}
