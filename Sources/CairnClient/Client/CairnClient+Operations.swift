extension CairnClient {
    /// The workers, the newest first; those that have ended only on request.
    public func workers(includingEnded: Bool = false) async throws(CairnClientError) -> [WorkerObject] {
        try await list("/v1/workers", member: "workers", query: includingEnded ? [("all", "true")] : [])
    }

    /// The namespaces.
    public func namespaces() async throws(CairnClientError) -> [NamespaceObject] {
        try await list("/v1/namespaces", member: "namespaces")
    }

    /// Whether the server is there, and whether it is ready to work.
    ///
    /// - Throws: ``CairnClientError`` only when the server cannot be reached; one that is not ready answers, and says why.
    public func health() async throws(CairnClientError) -> Health {
        do {
            let reply = try await send(.get, "/health/ready")
            return Health(isReady: true, reason: nil, json: reply.json)
        } catch {
            guard error.status != nil else { throw error }
            return Health(isReady: false, reason: error.detail, json: error.json)
        }
    }
}
