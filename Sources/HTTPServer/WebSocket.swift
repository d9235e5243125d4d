/// A connection that carries text messages both ways until either side ends it.
///
/// Pings, their answers, the closing handshake and what a peer does wrong are the listener's: a peer that is silent for too long, reads
/// nothing, sends binary, too much or no UTF-8 is ended by it. Dropping the last reference does not end the connection.
public final class WebSocket: Sendable {
    /// What happens on it, in order, told on the listener's thread: act at once or elsewhere, and never wait.
    public enum Event: Sendable {
        /// A whole message, valid UTF-8.
        case text([UInt8])
        /// The last: it is over, with the code and reason that either side gave; 1006 where it broke off or was cut.
        case ended(code: Int, reason: String)
    }

    /// Why a connection is ended, for the peer (RFC 6455, section 7.4).
    public enum CloseCode: UInt16, Sendable {
        case normal = 1000
        case goingAway = 1001
        /// What the peer asks for, or how, is against what is agreed here.
        case policyViolation = 1008
        case internalError = 1011
        /// Come again later.
        case tryAgainLater = 1013
    }

    private let socket: Socket

    init(_ socket: Socket) { self.socket = socket }

    /// Queues a message for the peer. Never waits: `.full` when more than the listener's `socketLimit` waits already, `.unwanted` once the
    /// connection is over or ending.
    public func send(_ message: WebSocketMessage) -> HTTPBodyStream.Outcome { socket.send(message.payload) }

    /// Says goodbye once what is queued has been sent; nothing more is taken. Again: does nothing.
    public func close(_ code: CloseCode = .normal, _ reason: String = "") { socket.close(code.rawValue, reason) }

    /// Ends it at once, without a word: for a peer that does not take what it is sent.
    public func cut() { socket.cut() }

    /// Bytes that wait for the peer, beside what the system has taken for it.
    public var queuedBytes: Int { socket.queuedBytes }
}
