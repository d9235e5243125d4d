/// A whole request, as it arrived and as it is meant.
public struct HTTPRequest: Sendable {
    /// The method, as written: "GET".
    public let method: String
    /// The request target, as written: "/ops/topics/loads?limit=5".
    public let target: String
    /// The path's parts, each percent-decoded; empty parts are left out, so a slash at the end changes nothing.
    public let segments: [String]
    /// The names and values of the target's query.
    public let query: HTTPQuery
    /// The header fields.
    public internal(set) var headers: HTTPHeaders
    /// The body; empty where there was none.
    public let body: [UInt8]
    /// The address that the request came from, without its port. Behind a proxy it is the proxy's.
    public let peer: String
    /// Whether it asks, in good form, for the connection to become a WebSocket: `HTTPReply.upgrade` may answer it, and so may any answer.
    public let isUpgrade: Bool

    /// The path, percent-decoded, from its first slash: "/ops/topics/loads".
    public var path: String { "/" + segments.joined(separator: "/") }

    /// The WebSocket subprotocols that the peer offers, in its order of preference.
    public var subprotocols: [String] {
        headers.fields.filter { isSameName($0.name, "Sec-WebSocket-Protocol") }
            .flatMap { $0.value.split(separator: ",") }
            .map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
    }

    /// A request of those parts; the listener makes them, and so do tests of what answers them.
    public init(
        method: String, target: String, headers: HTTPHeaders = [:], body: [UInt8] = [], peer: String = "127.0.0.1", isUpgrade: Bool = false
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.peer = peer
        self.isUpgrade = isUpgrade
        let parts = TargetParts(target)
        segments = parts.path.utf8.split(separator: UInt8(ascii: "/")).map { percentDecoded($0, plusIsSpace: false) }
        query = HTTPQuery(parts.query)
    }
}
