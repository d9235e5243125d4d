/// Where a listener listens and what it puts up with.
public struct HTTPServerSettings: Hashable, Sendable {
    /// A PEM certificate chain and its key.
    public struct Certificate: Hashable, Sendable {
        /// The file of the chain, the server's own certificate first.
        public var chainFile: String
        /// The file of the private key.
        public var keyFile: String

        /// The certificate in those files, read once when the listener starts.
        public init(chainFile: String, keyFile: String) {
            self.chainFile = chainFile
            self.keyFile = keyFile
        }
    }

    /// An address or name of this machine; "::" is every address.
    public var host: String
    /// The port; 0 lets the system choose one.
    public var port: Int
    /// Serves TLS 1.2 and later with this; `nil`: plain HTTP.
    public var certificate: Certificate?
    /// Bytes of a request's line and header; more is answered with 431.
    public var headerLimit = 16 * 1024
    /// Bytes of a request's body; more is answered with 413.
    public var bodyLimit = 1024 * 1024
    /// Bytes of one streamed answer that may wait for its peer.
    public var streamLimit = 4 * 1024 * 1024
    /// Peers at a time; more wait in the system's queue.
    public var connectionLimit = 50_000
    /// Bytes above which a body of text is compressed for a client that takes gzip.
    public var compressionThreshold = 1024
    /// How long a connection may wait between requests.
    public var idleTimeout: Duration = .seconds(60)
    /// How long a request's header may take from its first byte (408), and a TLS handshake.
    public var headerTimeout: Duration = .seconds(15)
    /// How long a request's body may take (408).
    public var bodyTimeout: Duration = .seconds(30)
    /// How long a handler may take until it answers or begins to (504).
    public var answerTimeout: Duration = .seconds(30)
    /// How long a peer may take none of an answer, or of a message, before it is cut.
    public var writeTimeout: Duration = .seconds(30)
    /// Bytes of one message from a WebSocket's peer; more ends it with 1009.
    public var messageLimit = 64 * 1024
    /// Bytes of messages that may wait for one WebSocket's peer.
    public var socketLimit = 1024 * 1024
    /// Bytes that the system may hold beside that for one WebSocket's peer. It may take twice as many.
    public var socketBuffer = 64 * 1024
    /// How often a WebSocket's peer is pinged.
    public var pingInterval: Duration = .seconds(20)
    /// Pings in a row that it may leave unanswered before it is cut.
    public var pingsMissed = 2
    /// Offers to compress messages (permessage-deflate), each by itself and for each peer anew: it costs processor time.
    public var deflatesMessages = false

    /// The defaults, at that address.
    public init(host: String = "127.0.0.1", port: Int = 8080, certificate: Certificate? = nil) {
        self.host = host
        self.port = port
        self.certificate = certificate
    }
}
