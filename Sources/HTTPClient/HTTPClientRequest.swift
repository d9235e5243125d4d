/// A request to make.
public struct HTTPClientRequest: Sendable {
    /// The method.
    public var method: String
    /// The whole URL: http or https.
    public var url: String
    /// The header fields, each a name and its value; a name or value with a line break fails the request.
    public var headers: [(name: String, value: String)]
    /// The body; `nil`: none.
    public var body: [UInt8]?
    /// How long connecting may take, the TLS handshake included.
    public var connectTimeout: Duration = .seconds(10)
    /// How long all of it may take; `nil`: as long as it lasts, as a live tail needs.
    public var totalTimeout: Duration? = .seconds(60)
    /// How long nothing may arrive, in whole seconds; `nil`: for ever.
    public var silenceTimeout: Duration?

    /// Whether asking twice comes to the same as asking once (RFC 9110, 9.2.2). Only then is it sent again when a connection that was kept
    /// turns out to have ended; otherwise that is a failure of kind `broken`, and the server may have acted.
    public var isIdempotent: Bool { ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].contains(method) }

    /// A request of those parts.
    public init(_ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
