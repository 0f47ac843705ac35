package import Hummingbird
import NIOCore

/// What accompanies a request on its way through the server.
package struct CairnContext: RequestContext {
    /// What Hummingbird needs.
    package var coreContext: CoreRequestContextStorage
    /// The request's id, from the caller or made here; in the answer and in every log line.
    var requestID = ""
    /// The address that the request came from, as far as the connection shows it.
    let address: String?

    /// A context for a request that arrives.
    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress
    }
}
