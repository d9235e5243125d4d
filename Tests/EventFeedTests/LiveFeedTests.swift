import EventFeed
import HTTPServer
import StreamCore
import StreamTesting
import TestPeers
import Testing
import Wire

/// The feed as its clients see it.
@Suite struct LiveFeedTests {
    @Test func `a client gets what it asks for, and no more`() throws {
        let site = try FeedSite()
        let (peer, answer) = try site.follower(#""id":"mine","entity_ids":["1","3"]"#)
        #expect(answer["type"] == "subscribed")
        #expect(answer["id"] == "mine")
        try site.publish(numbered(0..<5))
        try site.pump()
        let first = try peer.next()
        #expect(first["type"] == "event")
        #expect(first["topic"] == "loads")
        #expect(first["data"]?["entity_id"] == "1")
        #expect(try peer.events(1).ids == ["3"])
    }

    @Test func `a second subscription replaces the first, and unsubscribing ends it`() throws {
        let site = try FeedSite()
        let (peer, _) = try site.follower(#""entity_ids":["1"]"#)
        peer.send(#"{"type":"subscribe","entity_ids":["2"]}"#)
        _ = try peer.next()
        try site.publish(numbered(1..<3))
        try site.pump()
        #expect(try peer.events(1).ids == ["2"])
        peer.send(#"{"type":"unsubscribe"}"#)
        #expect(try peer.next()["type"] == "unsubscribed")
        try site.publish(numbered(1..<3))
        try site.pump()
        peer.send(#"{"type":"ping"}"#)
        #expect(try peer.next()["type"] == "pong")
    }

    @Test(arguments: [1_000_000, 500, 0])
    func `who comes back with a token misses nothing and gets nothing twice, from memory or from the log`(holding: Int) throws {
        let site = try FeedSite(holding: holding)
        let (first, _) = try site.follower()
        try site.publish(numbered(0..<5) + numbered(5..<10, partition: 1))
        try site.pump()
        let (seen, token) = try first.events(7)
        first.peer.vanish()
        try site.publish(numbered(10..<300) + numbered(300..<310, partition: 2))
        try site.pump()
        let (again, _) = try site.follower(#""from":"\#(token)""#)
        let (rest, _) = try again.events(303)
        #expect(Set(seen + rest) == Set((0..<310).map(String.init)))
        try site.publish(numbered(310..<311))
        try site.pump()
        #expect(try again.events(1).ids == ["310"])
    }

    @Test func `events that come while a client catches up come once, behind what it missed`() throws {
        let site = try FeedSite(holding: 2_000)
        let (_, answer) = try site.follower()
        let token = try #require(answer["resume"]?.string)
        try site.publish(numbered(0..<2_000))
        try site.pump()
        let (peer, _) = try site.follower(#""from":"\#(token)""#)
        for start in stride(from: 2_000, to: 3_000, by: 50) {
            try site.publish(numbered(start..<start + 50))
            try site.pump()
        }
        #expect(try peer.events(3_000).ids == (0..<3_000).map(String.init))
    }

    @Test func `a token from a process that is further on waits until this one is as far`() throws {
        let (here, there) = (try FeedSite(), try FeedSite())
        for site in [here, there] { try site.publish(numbered(0..<3)) }
        try there.pump()
        let (_, answer) = try there.follower()
        let (peer, _) = try here.follower(#""from":"\#(try #require(answer["resume"]?.string))""#)
        try here.publish(numbered(3..<4))
        try here.pump()
        #expect(try peer.events(1).ids == ["3"])
    }

    @Test func `what is not retained any more is said to be lost, and events follow from now on`() throws {
        let site = try FeedSite(holding: 0)
        let (_, answer) = try site.follower()
        try site.publish(numbered(0..<5))
        try site.pump()
        try site.purge()
        let (peer, _) = try site.follower(#""from":"\#(try #require(answer["resume"]?.string))""#)
        let expired = try peer.next()
        #expect(expired["code"] == "RESUME_EXPIRED")
        peer.peer.vanish()
        try site.publish(numbered(5..<6))
        try site.pump()
        let (again, _) = try site.follower(#""from":"\#(try #require(expired["resume"]?.string))""#)
        #expect(try again.events(1).ids == ["5"])
    }

    @Test func `a token that is none is said to be expired, and events follow from now on`() throws {
        let site = try FeedSite()
        let (peer, _) = try site.follower(#""from":"rubbish""#)
        #expect(try peer.next()["code"] == "RESUME_EXPIRED")
        try site.publish(numbered(5..<6))
        try site.pump()
        #expect(try peer.events(1).ids == ["5"])
    }

    @Test func `a client that does not read is told how many it missed, and slows nobody`() throws {
        let site = try FeedSite(holding: 0) { settings in
            settings.socketLimit = 20_000
            settings.socketBuffer = 8_000
        }
        let (slow, _) = try site.follower()
        let (quick, _) = try site.follower(#""entity_ids":["5999"]"#)
        for start in stride(from: 0, to: 6_000, by: 500) {
            try site.publish(numbered(start..<start + 500))
            try site.pump()
        }
        #expect(try quick.events(1).ids == ["5999"])
        var (events, missed) = (0, 0)
        while events + missed < 6_000 {
            let frame = try slow.next()
            if let count = frame["count"]?.integer { missed += Int(count) } else { events += 1 }
            try site.pump()
        }
        #expect(missed > 0)
        #expect(events + missed == 6_000)
    }

    @Test func `a client whose key is revoked is told so and cut, and others stay`() throws {
        let site = try FeedSite()
        let guest = site.client("Authorization: Bearer good\r\n")
        guest.send(#"{"type":"subscribe"}"#)
        #expect(try guest.next()["type"] == "subscribed")
        let (other, _) = try site.follower()
        site.isGood.end()
        site.look()
        #expect(try guest.next()["code"] == "NOT_AUTHENTICATED")
        try site.publish(numbered(1..<2))
        try site.pump()
        #expect(try other.events(1).ids == ["1"])
        #expect(guest.read()?.opcode == 8)
    }

    @Test func `a client says who it is in its first frame, where it has not before`() throws {
        let site = try FeedSite(isOpen: false)
        let peer = site.client()
        peer.send(#"{"type":"subscribe"}"#)
        #expect(try peer.next()["code"] == "NOT_AUTHENTICATED")
        peer.send(#"{"type":"authenticate","token":"good"}"#)
        #expect(try peer.next()["type"] == "authenticated")
        let other = site.client()
        other.send(#"{"type":"authenticate","token":"bad"}"#)
        #expect(try other.next()["code"] == "NOT_AUTHENTICATED")
        #expect(other.read()?.closeCode == 1008)
    }

    @Test func `a token may come in a header or in a subprotocol, and a wrong one is refused`() throws {
        let site = try FeedSite(isOpen: false)
        for header in ["Authorization: Bearer good\r\n", "Sec-WebSocket-Protocol: linehaul, bearer.good\r\n"] {
            let peer = site.client(header)
            peer.send(#"{"type":"subscribe"}"#)
            #expect(try peer.next()["type"] == "subscribed")
        }
        let stranger = FramePeer(site, at: site.listener.port, headers: "Sec-WebSocket-Protocol: linehaul, bearer.bad\r\n")
        #expect(stranger.answer.hasPrefix("HTTP/1.1 401 "))
    }

    @Test func `server-sent events are the same feed`() throws {
        let site = try FeedSite()
        let peer = RawPeer(site.listener.port)
        peer.send("GET /stream?entity_ids=1,2 HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(peer.read(through: ": here\n\n").contains("Content-Type: text/event-stream\r\n"))
        // It follows once it has been told where it stands.
        #expect(peer.read(through: "\n\n").contains("id: "))
        try site.publish(numbered(0..<3))
        try site.pump()
        let first = peer.read(through: "\n\n")
        let token = try #require(first.split(separator: "id: ").last?.prefix { !$0.isNewline })
        #expect(first.contains("event: LOAD_CREATED\ndata: {"))
        peer.vanish()
        let again = RawPeer(site.listener.port)
        again.send("GET /stream?entity_ids=1&entity_ids=2 HTTP/1.1\r\nHost: x\r\nLast-Event-ID: \(token)\r\n\r\n")
        #expect(again.read(through: "}\n\n").contains(#""entity_id":"2""#))
        let wrong = RawPeer(site.listener.port)
        wrong.send("GET /stream?near=91,0&topics=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(wrong.readToEnd().contains("topics near"))
    }

    @Test func `who is cut off before a first server-sent event misses nothing`() throws {
        let site = try FeedSite()
        for lastID in ["", "Last-Event-ID: rubbish\r\n"] {
            let peer = RawPeer(site.listener.port)
            peer.send("GET /stream?entity_ids=7 HTTP/1.1\r\nHost: x\r\n\(lastID)\r\n")
            let begun = peer.read(through: lastID.isEmpty ? "id: " : "RESUME_EXPIRED") + peer.read(through: "\n\n")
            #expect(begun.contains("event: error") == !lastID.isEmpty)
            let token = try #require(begun.split(separator: "id: ").last?.prefix { !$0.isNewline })
            peer.vanish()
            try site.publish(numbered(7..<8))
            try site.pump()
            let again = RawPeer(site.listener.port)
            again.send("GET /stream?entity_ids=7 HTTP/1.1\r\nHost: x\r\nLast-Event-ID: \(token)\r\n\r\n")
            #expect(again.read(through: "}\n\n").contains(#""entity_id":"7""#))
        }
    }

    @Test func `at the end everybody is told that the server goes away`() throws {
        let site = try FeedSite()
        let (peer, _) = try site.follower()
        site.listener.stop(within: .milliseconds(200))
        #expect(peer.read()?.closeCode == 1001)
    }
}
