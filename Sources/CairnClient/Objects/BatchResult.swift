public import CairnModel

/// What became of one task of a batch.
public struct BatchResult: Sendable {
    /// The result as the server wrote it.
    public let json: JSON
    /// The task: new, or the existing one that was asked for.
    public let task: TaskObject?
    /// Why it was refused.
    public let problem: CairnClientError?

    init(json: JSON) {
        self.json = json
        task = try? TaskObject(json: json["task"] ?? json)
        let detail = json["detail"]?.stringValue ?? json["message"]?.stringValue ?? json["title"]?.stringValue
        problem =
            task != nil
            ? nil
            : CairnClientError(
                ProblemCode(rawValue: json["code"]?.stringValue ?? "bad_request"),
                status: json["status"]?.intValue.map(Int.init), title: json["title"]?.stringValue,
                detail: detail ?? "the task was refused", hint: json["hint"]?.stringValue, json: json)
    }

    /// One result a line, or an array of them.
    static func list(_ reply: HTTPReply) throws(CairnClientError) -> [BatchResult] {
        if let json = reply.json, let values = json.arrayValue ?? json["results"]?.arrayValue {
            return values.map(BatchResult.init)
        }
        return try reply.text.split(whereSeparator: \.isNewline).map { (line) throws(CairnClientError) in
            guard let json = try? JSON.parse(String(line)) else { throw reply.unexpected("a line is no JSON") }
            return BatchResult(json: json)
        }
    }
}
