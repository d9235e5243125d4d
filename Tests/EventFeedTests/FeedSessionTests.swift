import EventFeed
import Geodesy
import StreamCore
import Testing
import Wire

/// What a client is answered.
@Suite struct FeedSessionTests {
    private let now = EventTime(milliseconds: 1_772_000_000_000)

    private func session(isKnown: Bool = true) -> FeedSession {
        FeedSession(connectionID: "c-1", catalog, scope: isKnown ? .everything : nil, at: now)
    }

    /// The frames that are sent in answer to a text, as JSON.
    private func answers(_ session: inout FeedSession, _ text: String) throws -> [JSON] {
        try session.received(Array(text.utf8), at: now).compactMap {
            if case .send(let frame) = $0 { try JSON(parsing: frame) } else { nil }
        }
    }

    @Test func `the first frame is a welcome`() throws {
        let welcome = try JSON(parsing: session().welcome(at: now))
        #expect(welcome["type"] == "welcome")
        #expect(welcome["connection_id"] == "c-1")
        #expect(welcome["server_time"] == .string(now.rfc3339))
    }

    @Test(arguments: [
        ("{", "BAD_JSON"), ("[]", "BAD_FRAME"), ("7", "BAD_FRAME"), (#"{"type":1}"#, "BAD_FRAME"),
        (#"{"type":"subscibe"}"#, "UNKNOWN_TYPE"),
        (#"{"type":"authenticate"}"#, "BAD_FRAME"), (#"{"type":"subscribe","event_types":"LOAD_CREATED"}"#, "INVALID_SUBSCRIPTION"),
    ])
    func `what cannot be understood is answered with an error, and the connection stays`(text: String, code: String) throws {
        var session = session()
        #expect(try answers(&session, text).first?["code"] == .string(code))
        #expect(try answers(&session, #"{"type":"ping"}"#).first?["type"] == "pong")
    }

    @Test func `a subscription is read whole`() throws {
        var session = session()
        let text = """
            {"type":"subscribe","id":7,"event_types":["load_created"],"entity_types":["Load"],"entity_ids":["A-USER"],"topics":["loads"],
             "near":{"latitude":29.7,"longitude":-95.3,"radius_miles":25},"from":"token"}
            """
        guard case .subscribe(let request) = session.received(Array(text.utf8), at: now).first else {
            Issue.record("no subscription")
            return
        }
        #expect(request.filter.eventTypes == ["LOAD_CREATED"])
        #expect(request.filter.entityTypes == ["LOAD"])
        #expect(request.filter.entityIDs == ["A-USER"])
        #expect(request.filter.near?.radiusMeters == 25 * 1_609.344)
        #expect(request.start == .token("token"))
        let answer = try JSON(parsing: session.subscribed(request, resume: "next"))
        #expect(answer["type"] == "subscribed")
        #expect(answer["id"] == 7)
        #expect(answer["resume"] == "next")
        #expect(answer["topics"] == ["loads"])
    }

    @Test func `all that is wrong with a subscription is said at once`() throws {
        var session = session()
        let text = """
            {"type":"subscribe","event_types":["LOAD_CREATE"],"topics":["nowhere"],"near":{"latitude":91,"longitude":0},"from":3}
            """
        let error = try #require(try answers(&session, text).first)
        #expect(error["details"]?.array?.compactMap { $0["field"]?.string } == ["event_types", "topics", "near", "from"])
        #expect(error["details"]?.array?.first?["issue"]?.string == "LOAD_CREATE is none; did you mean LOAD_CREATED?")
    }

    @Test func `who is not known says so first`() throws {
        var session = session(isKnown: false)
        #expect(try answers(&session, #"{"type":"subscribe"}"#).first?["code"] == "NOT_AUTHENTICATED")
        let asked = session.received(Array(#"{"type":"authenticate","token":"t"}"#.utf8), at: now)
        #expect(asked == [.authenticate(token: "t")])
        let told = session.authenticated(.everything)
        #expect(told.count == 1)
        let done = session.received(Array(#"{"type":"unsubscribe"}"#.utf8), at: now)
        #expect(done.first == .unsubscribe)
    }

    @Test func `who becomes somebody that may see something else follows nothing until they ask again`() {
        var session = session()
        _ = session.received(Array(#"{"type":"authenticate","token":"t"}"#.utf8), at: now)
        let same = session.authenticated(.everything)
        #expect(same.count == 1)
        _ = session.received(Array(#"{"type":"authenticate","token":"u"}"#.utf8), at: now)
        let other = session.authenticated(.carrier("c"))
        #expect(other.first == .unsubscribe)
    }

    @Test func `a token that is not accepted, or none in time, ends the session`() {
        var refused = session(isKnown: false)
        _ = refused.received(Array(#"{"type":"authenticate","token":"t"}"#.utf8), at: now)
        let refusal = refused.authenticated(nil)
        #expect(refusal.last == .close("not authenticated"))
        let later = refused.received(Array(#"{"type":"ping"}"#.utf8), at: now)
        #expect(later.isEmpty)
        var silent = session(isKnown: false)
        let (early, late) = (silent.waited(until: now), silent.waited(until: now.advanced(by: .init(microseconds: 10_000_000))))
        #expect(early.isEmpty)
        #expect(late.last == .close("not authenticated"))
    }

    @Test func `a server-sent event has the token as its id, and lines of its own are kept`() {
        let plain = String(decoding: FeedForm.serverSent.event(event("ALERT"), topic: "alerts", resume: "abc"), as: UTF8.self)
        #expect(plain.hasPrefix("id: abc\nevent: ALERT\ndata: {"))
        #expect(plain.hasSuffix("}\n\n"))
        #expect(
            String(decoding: FeedForm.serverSent.missed(3, resume: "abc"), as: UTF8.self)
                == "event: missed\ndata: {\"count\":3,\"resume\":\"abc\"}\n\n")
    }
}
