import HTTPServer
import TestPeers
import Testing

/// What a request means and what an answer may hold.
@Suite struct RequestTests {
    @Test func `a path is split before it is decoded`() {
        let request = HTTPRequest(method: "GET", target: "/loads//a%2Fb/%C3%A9%zz/?q")
        #expect(request.segments == ["loads", "a/b", "é%zz"])
        #expect(request.path == "/loads/a/b/é%zz")
    }

    @Test func `a proxy's target loses its host`() {
        #expect(HTTPRequest(method: "GET", target: "http://host:80/a?b=1").segments == ["a"])
        #expect(HTTPRequest(method: "GET", target: "http://host").path == "/")
    }

    @Test func `a query's items are decoded and kept in order`() {
        let query = HTTPRequest(method: "GET", target: "/x?a=1&b=x+y%26z&a=2&flag&=&c=d=e#frag").query
        #expect(query["a"] == "1")
        #expect(query.all("a") == ["1", "2"])
        #expect(query["b"] == "x y&z")
        #expect(query["flag"] == "")
        #expect(query["c"] == "d=e")
        #expect(query["none"] == nil)
    }

    @Test func `header names are found in either case`() throws {
        let seen = Parcel<HTTPRequest>()
        let listener = try listening { request, reply in
            seen.put(request)
            reply.send(.text(""))
        }
        let peer = RawPeer(listener.port)
        peer.send("GET / HTTP/1.1\r\nHost: x\r\nx-Correlation-ID:  abc \r\nAccept: a\r\naccept: b\r\n\r\n")
        let request = try #require(seen.wait())
        #expect(request.headers["X-Correlation-Id"] == "abc")
        #expect(request.headers.fields.count { $0.name.lowercased() == "accept" } == 2)
        #expect(request.peer == "127.0.0.1")
    }

    @Test func `a trailer is no header`() throws {
        let seen = Parcel<HTTPRequest>()
        let listener = try listening { request, reply in
            seen.put(request)
            reply.send(.text(""))
        }
        let peer = RawPeer(listener.port)
        peer.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nX: a\r\n\r\n1\r\nb\r\n0\r\nX-User-Id: root\r\n\r\n")
        let request = try #require(seen.wait())
        #expect(request.headers["X"] == "a")
        #expect(request.headers["X-User-Id"] == nil)
        #expect(request.body == Array("b".utf8))
    }

    @Test func `an answer whose header would break the protocol is a 500 that names it`() throws {
        let listener = try listening { _, reply in reply.send(HTTPResponse(headers: ["X-Evil": "a\r\nSet-Cookie: b"])) }
        let peer = RawPeer(listener.port)
        peer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = peer.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 500 "))
        #expect(!answer.contains("Set-Cookie"))
        #expect(answer.contains("X-Evil"))
    }

    @Test func `an answer's own framing is not the handler's to say`() throws {
        let listener = try listening { _, reply in
            reply.send(HTTPResponse(headers: ["content-length": "999", "X-Mine": "yes"], body: Array("four".utf8)))
        }
        let peer = RawPeer(listener.port)
        peer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = peer.readToEnd()
        #expect(answer.contains("X-Mine: yes\r\nContent-Length: 4\r\n"))
        #expect(!answer.contains("999"))
    }

    @Test func `204 has neither body nor length`() throws {
        let listener = try listening { _, reply in reply.send(HTTPResponse(status: 204, body: [1, 2, 3])) }
        let peer = RawPeer(listener.port)
        peer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = peer.readToEnd()
        #expect(answer.hasSuffix("\r\n\r\n"))
        #expect(!answer.contains("Content-Length"))
    }
}
