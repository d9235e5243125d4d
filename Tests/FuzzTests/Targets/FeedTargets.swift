import EventFeed
import StreamCore
import Wire

extension FuzzTarget {
    private static let feed = FeedCatalog(
        [FeedCatalog.Topic("loads", partitions: 2, eventTypes: ["LOAD_CREATED"]), FeedCatalog.Topic("alerts", partitions: 1, eventTypes: ["ALERT"])],
        entityTypes: ["LOAD"])

    /// A frame of a client's: each is answered or carried out, every answer is JSON, and the session goes on.
    static func feedFrame(_ bytes: UnsafeRawBufferPointer) throws {
        let now = EventTime(milliseconds: 0)
        var session = FeedSession(connectionID: "c", feed, scope: .everything, at: now)
        let actions = unsafe session.received(Array(bytes), at: now)
        try require(!actions.isEmpty, "a frame that nothing follows from")
        for action in actions {
            switch action {
            case .send(let frame): _ = try JSON(parsing: frame)
            case .subscribe(let request): _ = try JSON(parsing: session.subscribed(request, resume: ""))
            case .authenticate: _ = session.authenticated(.everything)
            case .unsubscribe: break
            case .close: throw BrokenPromise(description: "a frame ends the session")
            }
        }
        try require(session.received(Array(#"{"type":"ping"}"#.utf8), at: now).count == 1, "a session that does not go on")
    }

    /// A resume token: what it stands for, written again and read again, is the same.
    static func resumeToken(_ bytes: UnsafeRawBufferPointer) throws {
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        guard let positions = try? ResumeToken.positions(from: text, otherwise: FeedPositions(feed), feed) else { return }
        let again = ResumeToken.text(of: positions, in: .all(of: feed), feed)
        try require(try ResumeToken.positions(from: again, otherwise: FeedPositions(feed), feed) == positions, "a token that changes")
    }
}
