internal import Access
internal import Freight
internal import StreamCore

extension Route {
    /// The event feed as server-sent events. Its parameters are the feed's to judge, so that they are what they are over a WebSocket.
    static let stream = Route(
        method: .get, path: "/api/events/stream", summary: "Follow events",
        note:
            "Server-sent events. Filters are ANDed, the values in one ORed. An event's id is the token that, as Last-Event-ID, goes on behind it "
            + "and misses nothing that is still retained. The same feed is a WebSocket at /ws.",
        group: "events", right: .read, isNarrowed: true,
        parameters: [
            Parameter("event_types", .several(.text), "Of one of those types."),
            Parameter("entity_types", .several(.text), "About one of those types of things."),
            Parameter("entity_ids", .several(.id), "About one of those things."),
            Parameter("topics", .several(.text), "On one of those topics."),
            Parameter("near", .place, "With a place within `radius` miles of this one."),
            Parameter("radius", .number, "Miles around `near`, at most 1000."),
            Parameter("from", .text, "A token, for clients that cannot send Last-Event-ID."),
        ],
        answers: [.init(200, .media("text/event-stream"), "Events, until the client leaves.")],
        serve: { call, desk throws(Refusal) in try desk.pushes.stream(call) })
}
