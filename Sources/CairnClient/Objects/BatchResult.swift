public import CairnModel

/// What became of one task of a batch.
public struct BatchResult: Sendable {
    /// The result as the server wrote it.
    public let json: JSON
    /// The task: new, or the existing one that was asked for.
    public let taskID: Int64?
    /// Whether the task is new.
    public let isNew: Bool
    /// Why it was refused.
    public let problem: CairnClientError?

    init(json: JSON) {
        self.json = json
        let status = json["status"]?.intValue.map(Int.init)
        taskID = json["id"]?.intValue
        isNew = taskID != nil && status == 201
        guard taskID == nil else {
            problem = nil
            return
        }
        problem = CairnClientError(
            ProblemCode(rawValue: json["code"]?.stringValue ?? "bad_request"), status: status,
            title: json["title"]?.stringValue,
            detail: json["detail"]?.stringValue ?? json["title"]?.stringValue ?? "the task was refused",
            hint: json["hint"]?.stringValue, issues: (json["errors"]?.arrayValue ?? []).map(ProblemIssue.init),
            json: json)
    }

    /// One result a line, or an array of them.
    static func list(_ reply: HTTPReply) throws(CairnClientError) -> [BatchResult] {
        if let values = reply.json.flatMap({ $0.arrayValue ?? $0["results"]?.arrayValue }) {
            return values.map(BatchResult.init)
        }
        return try reply.text.split(whereSeparator: \.isNewline).map { (line) throws(CairnClientError) in
            guard let json = try? JSON.parse(String(line)) else { throw reply.unexpected("a line is no JSON") }
            return BatchResult(json: json)
        }
    }
}
