import CairnModel

extension CairnClient {
    /// A page of hooks, the newest first.
    public func hooks(_ filter: HookFilter = HookFilter()) async throws(CairnClientError) -> HookPage {
        try await object(.get, "/v1/hooks", query: filter.query)
    }

    /// Has a hook delivered again, whatever became of it, and returns it as it is now. Who asks for it, and why, is kept.
    public func replayHook(_ id: Int64, by: String, reason: String) async throws(CairnClientError) -> HookObject {
        try await object(
            .post, "/v1/hooks/\(id)/replay", body: ["by": .string(by), "reason": .string(reason)])
    }
}
