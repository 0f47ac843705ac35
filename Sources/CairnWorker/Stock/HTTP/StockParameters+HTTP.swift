import CairnModel

extension StockParameters {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// The statuses that are a success besides 2xx: `expect`, one or a list.
    func expectedStatuses() throws -> [Int] {
        guard let value = self["expect"] else { return [] }
        return try (value.arrayValue ?? [value]).map { status in
            guard let number = status.intValue, (100...599).contains(number) else {
                throw invalid("expect", "a status such as 404, or a list of them")
            }
            return Int(number)
        }
    }

    /// The request of a step.
    func httpRequest(input: [UInt8], context: StepContext) throws -> HTTPRequest {
        let method = try (string("method") ?? "GET").uppercased()
        guard Self.methods.contains(method) else { throw invalid("method", Self.methods.joinedAsChoice()) }
        let url = try string("url") ?? ""
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), url.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw invalid("url", "a URL that begins with http:// or https://, percent-encoded where need be")
        }
        var headers = try strings("headers")
        for header in headers where !isSendable(header) {
            throw invalid("headers", "names and values that a header can have (\"\(header.name.filter(\.isLetter))\")")
        }
        func setDefault(_ name: String, _ value: String) {
            guard !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
            headers.append((name: name, value: value))
        }
        let body = try httpBody(method: method, input: input, context: context)
        if let body { setDefault("Content-Type", body.contentType) }
        setDefault("Idempotency-Key", context.idempotencyKey)
        setDefault("Accept", "application/json, */*;q=0.5")
        setDefault("User-Agent", "cairn-worker/\(CairnVersion.current)")
        return HTTPRequest(
            method: method, url: url, headers: headers, body: body?.bytes,
            timeout: max(.milliseconds(1), context.deadline - .now), maxBodyBytes: HTTPHandler.maxBodyBytes)
    }

    /// Strings go as they are, anything else as JSON. A step that neither says a body nor maps its input sends its whole
    /// input with the methods that carry one.
    private func httpBody(
        method: String, input: [UInt8], context: StepContext
    ) throws -> (bytes: [UInt8], contentType: String)? {
        if method == "GET" || method == "HEAD" { return nil }
        if has("body") {
            switch self["body"] {
            case nil: return nil
            case .string(let text): return (Array(text.utf8), "text/plain; charset=utf-8")
            case let body?: return (body.bytes, "application/json")
            }
        }
        guard !context.mapsInput, ["POST", "PUT", "PATCH"].contains(method) else { return nil }
        return (input, "application/json")
    }
}

/// Whether a header can be sent: a name of token characters, a value without control characters (no CR, no LF).
private func isSendable(_ header: (name: String, value: String)) -> Bool {
    let token = header.name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
    return token && !header.name.isEmpty && header.value.utf8.allSatisfy { $0 == 9 || ($0 >= 32 && $0 != 127) }
}
