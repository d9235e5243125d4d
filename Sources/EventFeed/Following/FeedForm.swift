internal import StreamCore

/// The form in which a client is told things: as a WebSocket's messages, or as server-sent events.
public enum FeedForm: Hashable, Sendable {
    /// JSON objects, each a message.
    case webSocket
    /// The lines of `text/event-stream` (WHATWG HTML, 9.2), where the resume token is the event's id.
    case serverSent

    /// An event with the token by which a client goes on behind it.
    public func event(_ event: FeedEvent, topic: String, resume token: String) -> [UInt8] {
        var writer = ByteWriter(capacity: event.envelope.count + token.utf8.count + 96)
        switch self {
        case .webSocket:
            writer.raw(#"{"type":"event","topic":"#.utf8)
            writer.jsonString(topic)
            writer.raw(#","resume":""#.utf8)
            writer.raw(token.utf8)
            writer.raw(#"","data":"#.utf8)
            writer.raw(event.envelope)
            writer.byte(UInt8(ascii: "}"))
        case .serverSent:
            writer.line("id: ", token.utf8)
            writer.line("event: ", FeedForm.oneLine(event.eventType))
            writer.data(event.envelope)
        }
        return writer.take()
    }

    /// That so many events were left out because the client did not take what it was sent, and the token from which they can still be had.
    public func missed(_ count: Int, resume token: String) -> [UInt8] {
        notice("missed", ["count": .integer(Int64(count)), "resume": .string(token)])
    }

    /// That something went wrong that the client is to know of.
    public func error(_ code: String, _ message: String) -> [UInt8] {
        notice("error", ["code": .string(code), "message": .string(message)])
    }

    /// That what follows a client's token cannot be had any more, and the token of where it follows from instead.
    public func expired(resume token: String) -> [UInt8] {
        let message = "what follows the resume token is not retained any more, or the token is none; events follow from now on"
        return notice(
            "error", ["code": "RESUME_EXPIRED", "message": .string(message), "resume": .string(token)], standingAt: token)
    }

    /// Where a client stands before its first event, so that one that is cut off earlier misses nothing either: an id of its own, which
    /// server-sent events let pass without an event. Nil over a WebSocket, where `subscribed` says it.
    public func standing(at token: String) -> [UInt8]? { self == .serverSent ? Array("id: \(token)\n\n".utf8) : nil }

    private func notice(_ type: String, _ members: KeyValuePairs<String, JSON?>, standingAt token: String? = nil) -> [UInt8] {
        guard case .object(let rest) = JSON.object(members) else { return [] }
        switch self {
        case .webSocket:
            return JSON.object([JSON.Member("type", .string(type))] + rest).compact
        case .serverSent:
            var writer = ByteWriter()
            if let token { writer.line("id: ", token.utf8) }
            writer.line("event: ", type.utf8)
            writer.data(JSON.object(rest).compact)
            return writer.take()
        }
    }

    /// A type that somebody else wrote may hold what would end a line.
    private static func oneLine(_ text: String) -> [UInt8] { text.utf8.filter { $0 != 10 && $0 != 13 } }
}

extension ByteWriter {
    fileprivate mutating func line(_ name: String, _ value: some Collection<UInt8>) {
        raw(name.utf8)
        raw(value)
        byte(10)
    }

    /// A value that may have lines of its own, and the empty line that ends an event.
    fileprivate mutating func data(_ value: [UInt8]) {
        for part in value.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 10 || $0 == 13 }) { line("data: ", part) }
        byte(10)
    }
}
