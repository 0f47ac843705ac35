/// How much more may wait.
struct IntakeRoom: Sendable, Hashable {
    private var submissions: Int
    private var bytes: Int

    /// Room for so much.
    init(submissions: Int, bytes: Int) {
        self.submissions = submissions
        self.bytes = bytes
    }

    /// Whether there is room for a request.
    func fits<Reply>(_ request: IntakeRequest<Reply>) -> Bool {
        request.submissions.count <= submissions && request.bytes <= bytes
    }

    /// Whether more waits than there is room for.
    var isOverdrawn: Bool { submissions < 0 || bytes < 0 }

    /// A request waits. It may be larger than the room: then nothing else fits until it has gone.
    mutating func take<Reply>(_ request: IntakeRequest<Reply>) {
        submissions -= request.submissions.count
        bytes -= request.bytes
    }

    /// A request waits no longer.
    mutating func give<Reply>(_ request: IntakeRequest<Reply>) {
        submissions += request.submissions.count
        bytes += request.bytes
    }
}
