import Foundation
import Synchronization
import Testing

@testable import cairn

@Suite struct ChildTests {
    private func child(_ script: String, in directory: String, grace: Duration = .seconds(20)) -> Child {
        Child(
            name: "child", command: ["/bin/sh", "-c", script], directory: directory, log: directory + "/child.log",
            environment: ["WORD": "said"], grace: grace)
    }

    private func wait(_ isSo: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        #expect(isSo())
    }

    @Test func itIsAskedToEnd() async throws {
        try await Program.withDirectory { directory in
            let child = child(
                "trap 'echo asked; exit 0' TERM; echo $WORD; pwd; while :; do sleep 0.05; done", in: directory)
            let kept = KeptChild(child) { _ in Issue.record("it did not die") }
            kept.start()
            try await wait { child.lastWords().count == 2 }
            await kept.stop()
            #expect(child.lastWords().first == "said" && child.lastWords().last == "asked")
            #expect(kept.deaths == 0)
        }
    }

    @Test func whoDoesNotEndIsMadeTo() async throws {
        try await Program.withDirectory { directory in
            let child = child(
                "trap '' TERM; echo here; while :; do sleep 0.05; done", in: directory, grace: .milliseconds(200))
            let kept = KeptChild(child) { _ in Issue.record("it did not die") }
            kept.start()
            try await wait { !child.lastWords().isEmpty }
            await kept.stop()
        }
    }

    @Test func whoWasAskedToLeaveFromAfarHasNotDied() async throws {
        try await Program.withDirectory { directory in
            let told = Mutex<[String]>([])
            let kept = KeptChild(child("echo drained; exit 0", in: directory)) { lines in
                told.withLock { $0 += lines.map(\.plain) }
            }
            kept.start()
            try await wait { kept.deaths >= 2 }
            await kept.stop()
            let lines = told.withLock { $0 }
            #expect(lines.first?.hasPrefix("– child was asked to leave by somebody else") == true, "\(lines)")
            #expect(!lines.contains { $0.contains("died") }, "\(lines)")
        }
    }

    @Test func whoDiesIsStartedAgain() async throws {
        try await Program.withDirectory { directory in
            let told = Mutex<[String]>([])
            let kept = KeptChild(child("echo last words; exit 3", in: directory)) { lines in
                told.withLock { $0 += lines.map(\.plain) }
            }
            kept.start()
            try await wait { kept.deaths >= 2 }
            await kept.stop()
            let lines = told.withLock { $0 }
            #expect(lines.first?.hasPrefix("✖ child died (") == true && lines.first?.contains("3") == true)
            #expect(lines.contains("    last words"))
        }
    }
}
