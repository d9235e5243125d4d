/// The right to answer one request, once, from any thread.
///
/// One that is dropped unanswered gives the peer a 500; one kept past the answer timeout has been answered by the listener with 504.
public final class HTTPReply: Sendable {
    private let exchange: Exchange

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    /// Answers. `false` when the request has been answered already; an answer to a peer that has left is accepted and goes nowhere.
    @discardableResult public func send(_ response: HTTPResponse) -> Bool {
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

    /// `false` once the peer has left or the answer timeout has passed: work on the answer can be given up.
    public var isWanted: Bool { exchange.isWanted }
}
