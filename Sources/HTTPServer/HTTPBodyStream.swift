/// The body of an answer that is written in pieces, from any thread, as they come to be: a live tail, a long export.
///
/// One that is dropped before its end cuts the connection, so that the peer sees that something is missing.
public final class HTTPBodyStream: Sendable {
    /// What became of a piece.
    public enum Outcome: Hashable, Sendable {
        /// It will be sent, in order.
        case accepted
        /// More waits for this peer than may: the piece was not taken. Try later, or give up on the peer.
        case full
        /// The peer has left, or the listener is stopping: end, and make no more.
        case unwanted
    }

    private let exchange: Exchange

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    /// Takes a piece to send. Never waits.
    public func write(_ bytes: [UInt8]) -> Outcome { exchange.write(bytes) }

    /// Ends the body; what was written before is still sent. Again: does nothing.
    public func end() { exchange.end() }

    /// `false` once the peer has left or the listener is stopping. To be asked now and then while there is nothing to write.
    public var isWanted: Bool { exchange.isWanted }
}
