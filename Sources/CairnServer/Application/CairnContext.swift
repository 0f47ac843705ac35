package import Hummingbird

/// What accompanies a request on its way through the server.
package struct CairnContext: RequestContext {
    /// What Hummingbird needs.
    package var coreContext: CoreRequestContextStorage
    /// The request's id, from the caller or made here; in the answer and in every log line.
    var requestID = ""

    /// A context for a request that arrives.
    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
