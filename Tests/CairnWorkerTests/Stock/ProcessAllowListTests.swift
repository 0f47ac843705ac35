import Testing

@testable import CairnWorker

@Suite struct ProcessAllowListTests {
    private func allows(_ glob: String, given: String, absolute: String? = nil, resolved: String? = nil) -> Bool {
        let absolute = absolute ?? (given.hasPrefix("/") ? given : "/work/" + given)
        return ProcessAllowList([glob]).allows(
            given: given, absolute: absolute, resolved: resolved ?? absolute, workingDirectory: "/work")
    }

    @Test(arguments: [
        ("/usr/bin/git", "/usr/bin/git"), ("/usr/bin/g*", "/usr/bin/git"), ("bin/*", "bin/tool"),
        ("bin/*", "/work/bin/tool"),
        ("/work/bin/*", "bin/tool"), ("git", "git"), ("g?t", "git"), ("/opt/*/run", "/opt/a/run"),
    ]) func `allows`(_ glob: String, _ given: String) { #expect(allows(glob, given: given)) }

    @Test(arguments: [
        ("/usr/bin/*", "/usr/bin/sub/tool"), ("/usr/bin/*", "/bin/sh"), ("git", "/tmp/git"), ("git", "./git"),
        ("bin/*", "bin/../secret"), ("/opt/*/run", "/opt/../run"), ("*", "/bin/sh"), ("/usr/bin/*", "/usr/bin/.hidden"),
        ("", "git"),
    ]) func `refuses`(_ glob: String, _ given: String) { #expect(!allows(glob, given: given)) }

    @Test func `links count by where they lead, or as they are given`() {
        #expect(allows("/usr/bin/real", given: "/opt/link", resolved: "/usr/bin/real"))
        #expect(allows("/opt/*", given: "/opt/link", resolved: "/usr/bin/real"))
        #expect(allows("/usr/bin/real", given: "bin/../x", resolved: "/usr/bin/real"))
    }
}
