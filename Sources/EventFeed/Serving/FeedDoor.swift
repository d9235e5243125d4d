public import HTTPServer
public import StreamCore

/// Lets clients of the feed in over WebSockets, and carries what they say to it.
///
/// Who it is a client says in a header, as anywhere, or where it cannot set one, as in a browser, in a subprotocol `bearer.<token>` beside
/// `linehaul`, or in its first frame.
public struct FeedDoor: Sendable {
    /// Who a request is from, as far as that matters here.
    public enum Identity: Sendable {
        /// Somebody who may follow.
        case known(FeedGuest)
        /// Somebody who has not said who it is, and has to.
        case unknown
        /// Somebody who is not let in, and is told so.
        case refused(HTTPResponse)
    }

    private let feed: LiveFeed
    private let identify: @Sendable (HTTPRequest) -> Identity
    private let makeID: @Sendable () -> String
    private let clock: @Sendable () -> EventTime

    private static let subprotocol = "linehaul"
    private static let bearer = "bearer."

    /// A door to that feed. `identify` judges a request by its `Authorization` header, where tokens from elsewhere are put; `makeID` names
    /// connections. Both are called on the listener's thread.
    public init(
        _ feed: LiveFeed, identify: @escaping @Sendable (HTTPRequest) -> Identity, makeID: @escaping @Sendable () -> String,
        clock: @escaping @Sendable () -> EventTime
    ) {
        self.feed = feed
        self.identify = identify
        self.makeID = makeID
        self.clock = clock
    }

    /// Answers a request that asks for the upgrade to a WebSocket, on the listener's thread.
    public func take(_ request: HTTPRequest, _ reply: HTTPReply) {
        let token = request.subprotocols.first { $0.hasPrefix(Self.bearer) }?.dropFirst(Self.bearer.count)
        switch identify(token.map { request.bearing(String($0)) } ?? request) {
        case .known(let guest): open(request, reply, guest)
        case .unknown: open(request, reply, nil)
        case .refused(let response): reply.send(response)
        }
    }

    private func open(_ request: HTTPRequest, _ reply: HTTPReply, _ guest: FeedGuest?) {
        let (feed, identify) = (feed, identify)
        let session = FeedSession(connectionID: makeID(), feed.catalog, scope: guest?.scope, at: clock())
        let number = feed.reserve()
        let chosen = request.subprotocols.contains(Self.subprotocol) ? Self.subprotocol : nil
        let socket = reply.upgrade(subprotocol: chosen) { _, event in
            switch event {
            case .text(let text):
                guard let token = feed.received(text, from: number) else { return }
                let identity = identify(request.bearing(token))
                if case .known(let guest) = identity { feed.authenticated(guest, number) } else { feed.authenticated(nil, number) }
            case .ended:
                feed.remove(number)
            }
        }
        // Events come on this thread too, so none has come yet.
        if let socket { feed.add(number, .socket(socket), session, guest?.stays) }
    }
}

extension HTTPRequest {
    /// The request as if it had brought that token in its header.
    fileprivate func bearing(_ token: String) -> HTTPRequest {
        with("Authorization", "Bearer \(token)")
    }
}
