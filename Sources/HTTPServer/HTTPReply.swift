/// The right to answer one request, once, from any thread.
///
/// One that is dropped unanswered gives the peer a 500; one kept past the answer timeout has been answered by the listener with 504.
public final class HTTPReply: Sendable {
    private let exchange: Exchange
    private let acceptsGzip: Bool
    private let threshold: Int

    init(_ exchange: Exchange, acceptsGzip: Bool, above threshold: Int) {
        self.exchange = exchange
        self.acceptsGzip = acceptsGzip
        self.threshold = threshold
    }

    /// Answers, compressed where the client takes that and it helps. `false` when the request has been answered already; an answer to a peer that has left is accepted and goes nowhere.
    @discardableResult public func send(_ response: HTTPResponse) -> Bool {
        let response = response.encoded(gzip: acceptsGzip, above: threshold)
        let (head, isSound) = ResponseHead.checked(response)
        return exchange.reply(head, body: isSound ? response.body : head.replacement)
    }

    /// Begins an answer whose body follows in pieces; the response's own body is the first. `nil` when answered already.
    public func begin(_ response: HTTPResponse) -> HTTPBodyStream? {
        let (head, isSound) = ResponseHead.checked(response)
        guard isSound else {
            exchange.reply(head, body: head.replacement)
            return nil
        }
        guard exchange.begin(head) else { return nil }
        let stream = HTTPBodyStream(exchange)
        if !response.body.isEmpty { _ = stream.write(response.body) }
        return stream
    }

    /// Answers a request that `isUpgrade`: the connection becomes a WebSocket, with that one of the subprotocols that the peer offers.
    ///
    /// `nil` when it has been answered already or asks for no upgrade; else `onEvent` is called until it has been told `.ended`. Whoever is
    /// not to have one gets an ordinary answer: whether its `Origin` or its token will do is the caller's to judge.
    public func upgrade(
        headers: HTTPHeaders = [:], subprotocol: String? = nil,
        _ onEvent: @escaping @Sendable (WebSocket, WebSocket.Event) -> Void
    ) -> WebSocket? {
        var response = HTTPResponse(headers: headers)
        response.headers["Sec-WebSocket-Protocol"] = subprotocol
        let (head, isSound) = ResponseHead.checked(response)
        guard isSound else {
            exchange.reply(head, body: head.replacement)
            return nil
        }
        return exchange.upgrade(head, onEvent)
    }

    /// `false` once the peer has left or the answer timeout has passed: work on the answer can be given up.
    public var isWanted: Bool { exchange.isWanted }
}
