internal import Synchronization

/// A place on a listener where requests are served by a part of the program that comes and goes.
///
/// The composition root makes it and lends it to that part; the listener sends it what nobody else serves.
public final class HTTPMount: Sendable {
    /// What serves requests; called on the listener's thread.
    public typealias Handler = @Sendable (HTTPRequest, HTTPReply) -> Void

    private let handler = Mutex<Handler?>(nil)

    /// A place that nobody serves.
    public init() {}

    /// Has requests served by `handler` from now on, or by nobody.
    public func serve(_ handler: Handler?) { self.handler.withLock { $0 = handler } }

    /// Hands a request on; `false` where nobody serves here.
    public func take(_ request: HTTPRequest, _ reply: HTTPReply) -> Bool {
        guard let handler = handler.withLock({ $0 }) else { return false }
        handler(request, reply)
        return true
    }
}
