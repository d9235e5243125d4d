/// What a listener has seen since it started.
public struct HTTPCounts: Hashable, Sendable {
    /// Connections accepted.
    public let accepted: Int
    /// Connections open now.
    public let open: Int
    /// Requests handed to the handler.
    public let requests: Int
    /// Requests that the listener answered by itself: malformed, too large, too slow, unanswered.
    public let refused: Int
    /// WebSockets open now; they are among the connections.
    public let sockets: Int
    /// WebSockets that the listener cut: silent for too long, or not reading.
    public let cut: Int
}
