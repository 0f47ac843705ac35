import CairnLog
import Foundation
import Logging
import Testing

@Suite struct StandardErrorLogTests {
    @Test func `a line holds nothing that a terminal would obey`() {
        var log = StandardErrorLog(logLevel: .info)
        log[metadataKey: "error"] = "a\u{1B}]0;title\u{7}"
        let line = log.line(
            level: .error, message: "one\ntwo\u{9B}31m\u{202E}", metadata: ["step.name": "s\r"],
            at: Date(timeIntervalSince1970: 0))
        #expect(
            line
                == #"1970-01-01T00:00:00.000Z error one\ntwo\u{9B}31m\u{202E} error=a\u{1B}]0;title\u{7} step.name=s\r"#
        )
    }
}
