import CairnModel
import Foundation

/// A secret that signs hooks, shared with those who receive them: `whsec_` and base64, as Standard Webhooks writes it.
package struct WebhookSecret: Sendable, Hashable {
    /// Why a text is no secret. The text itself is not said.
    package struct Invalid: Error, Sendable, Hashable {}

    fileprivate let key: [UInt8]

    /// Reads a secret of 24 to 64 bytes, the lengths that Standard Webhooks asks for.
    package init(_ text: String) throws(Invalid) {
        guard text.hasPrefix("whsec_"), let key = Data(base64Encoded: String(text.dropFirst("whsec_".count))),
            (24...64).contains(key.count)
        else { throw Invalid() }
        self.key = Array(key)
    }

    /// Reads several, separated by spaces or commas.
    package static func list(_ text: String) throws(Invalid) -> [WebhookSecret] {
        try text.split { " ,\t\n".contains($0) }.map { (part) throws(Invalid) in try WebhookSecret(String(part)) }
    }
}

/// Signs hooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
package struct WebhookSigner: Sendable, Hashable {
    private let secrets: [WebhookSecret]

    /// A signer with these secrets: a signature of each, so that a receiver may know the old one or the new.
    package init(secrets: [WebhookSecret]) { self.secrets = secrets }

    /// Whether there is nothing to sign with.
    package var isEmpty: Bool { secrets.isEmpty }

    /// The headers of a delivery. `id` stays over retries; `timestamp` is when this one is made, in seconds since 1970,
    /// so that a receiver can refuse what somebody recorded and sends again.
    package func headers(id: String, timestamp: Int64, body: [UInt8]) -> [(name: String, value: String)] {
        var headers = [(name: "webhook-id", value: id), (name: "webhook-timestamp", value: "\(timestamp)")]
        guard !isEmpty else { return headers }
        let content = Array("\(id).\(timestamp).".utf8) + body
        let signatures = secrets.map { "v1," + Data(SHA256.hmac(content, key: $0.key)).base64EncodedString() }
        headers.append((name: "webhook-signature", value: signatures.joined(separator: " ")))
        return headers
    }
}
