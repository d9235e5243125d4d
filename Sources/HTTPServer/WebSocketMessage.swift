/// Text to send over any number of WebSockets: its bytes are kept once, whoever still has to get them.
public final class WebSocketMessage: Sendable {
    /// How many bytes it is.
    public let count: Int
    let payload: Payload

    /// A message of those bytes, which must be UTF-8: peers end a connection that sends them anything else.
    public init(_ utf8: [UInt8]) {
        count = utf8.count
        payload = Payload(utf8)
    }

    /// A message of that text.
    public convenience init(_ text: String) { self.init(Array(text.utf8)) }
}
