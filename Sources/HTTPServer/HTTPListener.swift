/// An HTTP/1.1 and WebSocket server: one thread of its own reads requests and writes answers, over plain connections or TLS.
///
/// The handler is called on that thread, once for each request: it answers at once or hands the reply to where the answer is made,
/// and never waits, since every other peer waits with it. Requests that are malformed, too large or too slow never reach it.
public final class HTTPListener: Sendable {
    private let listener: Listener

    /// Listens from here on; the listener must be kept.
    public init(
        settings: HTTPServerSettings, handler: @escaping @Sendable (HTTPRequest, HTTPReply) -> Void
    ) throws(HTTPFailure) {
        let threshold = settings.compressionThreshold
        listener = try Listener(settings: settings) { request, exchange in
            handler(request, HTTPReply(exchange, acceptsGzip: Gzip.isAccepted(by: request.headers["Accept-Encoding"]), above: threshold))
        }
    }

    /// Gives connections that are accepted from here on that certificate; those that there are keep theirs. Where it cannot be used, or
    /// the listener speaks plain HTTP, nothing changes. Reads files: not for the listener's own thread.
    public func renew(certificate: HTTPServerSettings.Certificate) throws(HTTPFailure) { try listener.renew(certificate) }

    /// The port that is listened at, also where the settings left the choice to the system.
    public var port: Int { listener.port }

    /// What has been seen so far.
    public var counts: HTTPCounts { listener.counts }

    /// Stops accepting, lets requests in flight finish, cuts what is left after that time, and returns when all is done.
    ///
    /// Peers that are connected by then are taken; each answer ends its connection (`Connection: close`), and an idle one gets a moment for a
    /// request that is on its way. Who connects later is refused, and finds another server.
    /// Streams are told that they are no longer wanted, WebSockets are closed with 1001. On the listener's own thread (from a handler) it only begins. Dropping the
    /// listener is a stop within no time.
    public func stop(within limit: Duration) { listener.stop(within: limit) }
}
