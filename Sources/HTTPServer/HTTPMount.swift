internal import Synchronization

/// A place on a listener where requests are served by a part of the program that comes and goes.
///
/// The composition root makes it and lends it to that part; the listener sends it what nobody else serves.
public final class HTTPMount: Sendable {
    /// What serves requests; called on the listener's thread.
    public typealias Handler = @Sendable (HTTPRequest, HTTPReply) -> Void

    /// A value of its own around the handler: a bare function behind a generic lock is wrapped anew each time that it is looked at, and
    /// what is called in the end is all the wrappers.
    private struct Tenant: Sendable {
        let serve: Handler
    }

    private let tenant = Mutex<Tenant?>(nil)

    /// A place that nobody serves.
    public init() {}

    /// Has requests served by `handler` from now on, or by nobody.
    public func serve(_ handler: Handler?) { tenant.withLock { $0 = handler.map { Tenant(serve: $0) } } }

    /// Hands a request on; `false` where nobody serves here.
    public func take(_ request: HTTPRequest, _ reply: HTTPReply) -> Bool {
        guard let tenant = tenant.withLock({ $0 }) else { return false }
        tenant.serve(request, reply)
        return true
    }
}
