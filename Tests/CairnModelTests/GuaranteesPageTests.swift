import Foundation
import Testing

/// docs/guarantees.md names the tests that show what it says.
@Suite struct GuaranteesPageTests {
    /// The suites of the table, `Target/Suite`, row by row.
    private func rows() throws -> [(what: String, suites: [String])] {
        let page = String(decoding: try Repository.read("docs/guarantees.md"), as: UTF8.self)
        let table = page.split(separator: "\n").drop { !$0.hasPrefix("| What fails |") }.dropFirst(2)
        return table.prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let suites = cells.last?.split(separator: ",").map { $0.trimmingCharacters(in: [" ", "`"]) }
            return (cells[0], suites ?? [])
        }
    }

    /// The suites there are, by the file that has the declaration.
    private func suites() throws -> Set<String> {
        var found: Set<String> = []
        for file in try Repository.files(in: "Tests", suffix: ".swift") {
            let text = String(decoding: try Repository.read(file), as: UTF8.self)
            let target = file.split(separator: "/")[1]
            for match in text.matches(of: /(?:struct|class|actor) (\w+)/) {
                found.insert("\(target)/\(match.output.1)")
            }
        }
        return found
    }

    @Test("every row names suites, and every suite that it names exists")
    func named() throws {
        let (rows, suites) = (try rows(), try suites())
        #expect(rows.count >= 15)
        for row in rows {
            #expect(!row.suites.isEmpty, "\(row.what)")
            for suite in row.suites { #expect(suites.contains(suite), "\(suite), of: \(row.what)") }
        }
    }
}
