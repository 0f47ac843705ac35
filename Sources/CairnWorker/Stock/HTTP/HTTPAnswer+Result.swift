import CairnModel

extension HTTPAnswer {
    /// The result of the step: `{"status", "headers", "body"}`. The body is JSON where the server says so, otherwise text.
    func result() throws -> JSON {
        var members = JSONObject()
        members["status"] = JSON(status)
        members["headers"] = .object(
            JSONObject(
                headers.sorted { $0.key < $1.key }.map {
                    JSONObject.Member(name: $0.key, value: .string(StepFailure.storable($0.value, maxBytes: 8192)))
                }))
        members["body"] = try bodyValue()
        return .object(members)
    }

    private func bodyValue() throws -> JSON {
        if body.isEmpty { return isJSON ? .null : "" }
        if isJSON {
            do { return try JSON.parse(body) } catch {
                throw StepFailure.permanent(
                    "the server says that its answer is JSON, but it is not: \(error)", code: StepErrorCode.httpBody,
                    details: statusDetails)
            }
        }
        guard let text = String(validating: body, as: UTF8.self) else {
            throw StepFailure.permanent(
                "the answer's body is not UTF-8 text (\(body.count) bytes of \(contentType)), so it cannot be a result",
                code: StepErrorCode.httpBody, details: statusDetails)
        }
        return .string(text)
    }

    private var contentType: String { headers["content-type"] ?? "no content type" }

    /// `application/json`, or a type that ends in `+json`.
    private var isJSON: Bool {
        let type = contentType.prefix { $0 != ";" }.trimmingSpaces.lowercased()
        return type == "application/json" || (type.contains("/") && type.hasSuffix("+json"))
    }

    /// What an error says beside its message.
    var statusDetails: JSONObject {
        var details = JSONObject()
        details["status"] = JSON(status)
        return details
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var copy = drop { $0 == " " }
        while copy.last == " " { copy.removeLast() }
        return copy
    }
}
