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
}
