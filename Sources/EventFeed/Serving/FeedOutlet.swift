internal import HTTPServer

/// The way to one client of the feed.
enum FeedOutlet: Sendable {
    case socket(WebSocket)
    case stream(HTTPBodyStream)

    var form: FeedForm {
        switch self {
        case .socket: .webSocket
        case .stream: .serverSent
        }
    }

    /// Whether the client is still there, as far as is known without sending anything.
    var isWanted: Bool {
        switch self {
        case .socket: true
        case .stream(let stream): stream.isWanted
        }
    }

    /// Sends a frame that is for this client alone.
    func send(_ frame: [UInt8]) -> HTTPBodyStream.Outcome {
        switch self {
        case .socket(let socket): socket.send(WebSocketMessage(frame))
        case .stream(let stream): stream.write(frame)
        }
    }

    /// Ends it, with the reason where the form has a place for one.
    func close(_ code: WebSocket.CloseCode, _ reason: String) {
        switch self {
        case .socket(let socket): socket.close(code, reason)
        case .stream(let stream): stream.end()
        }
    }
}

/// A frame that goes to many clients of one form. Sockets share its bytes.
struct SharedFrame {
    private let bytes: [UInt8]
    private let message: WebSocketMessage?

    init(_ bytes: [UInt8], _ form: FeedForm) {
        self.bytes = bytes
        message = form == .webSocket ? WebSocketMessage(bytes) : nil
    }

    func send(to outlet: FeedOutlet) -> HTTPBodyStream.Outcome {
        if case .socket(let socket) = outlet, let message { return socket.send(message) }
        return outlet.send(bytes)
    }
}
