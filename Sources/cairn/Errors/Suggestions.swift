import CairnClient
import CairnModel

/// What was meant by a name that is none: the nearest of those that there are.
extension CairnClient {
    /// Sends a request that names a template; the error, when there is none, says which may have been meant.
    func naming<Result>(_ name: TemplateName, _ request: () async throws -> Result) async throws -> Result {
        do {
            return try await request()
        } catch let error as CairnClientError where error.code == .templateNotFound {
            let known = (try? await templates())?.map { "\($0.namespace)/\($0.name)" } ?? []
            throw Self.refusal(error, meant: nearest("\(name.namespace)/\(name.name)", in: known))
        }
    }

    /// The same for a namespace.
    func naming<Result>(namespace: String, _ request: () async throws -> Result) async throws -> Result {
        do {
            return try await request()
        } catch let error as CairnClientError where error.code == .namespaceNotFound {
            throw Self.refusal(error, meant: nearest(namespace, in: (try? await namespaces())?.map(\.name) ?? []))
        }
    }

    /// Why a list of what is in a namespace is empty, if it is because there is no such namespace.
    func absence(of namespace: String?) async -> String? {
        guard let namespace, let known = (try? await namespaces())?.map(\.name), !known.contains(namespace) else {
            return nil
        }
        let advice = nearest(namespace, in: known).map { "Did you mean \($0)?" }
        return "There is no namespace \(namespace). \(advice ?? "`cairn namespace list` lists them")"
    }

    private static func refusal(_ error: CairnClientError, meant: String?) -> CommandError {
        var refusal = CommandError(error)
        if let meant { refusal.whatToDo = "Did you mean \(meant)?" }
        return refusal
    }
}
