import HTTPServer
import TestPeers
import Testing

/// What goes over the wire, byte by byte.
@Suite struct WireTests {
    let listener: HTTPListener
    let peer: RawPeer

    init() throws {
        listener = try listening({ $0.bodyLimit = 1000 }, echo)
        peer = RawPeer(listener.port)
    }

    @Test func `a request is answered with its length and date, and the connection stays`() {
        peer.send("GET /a%20b/c?x=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = peer.read(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
        #expect(head.contains("Content-Length: 11\r\n"))
        #expect(!head.contains("Connection:"))
        #expect(peer.read(through: "GET /a b/c ") == "GET /a b/c ")
        peer.send("GET /again HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(peer.readToEnd().hasSuffix("\r\nConnection: close\r\n\r\nGET /again "))
    }

    @Test func `requests sent together are answered in order`() {
        peer.send("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\noneGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(peer.read(through: "POST /1 one").hasSuffix("POST /1 one"))
        #expect(peer.readToEnd().hasSuffix("GET /2 "))
    }

    @Test func `a thousand requests sent together are all answered`() {
        peer.send(String(repeating: "GET /x HTTP/1.1\r\nHost: x\r\n\r\n", count: 999) + "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answers = peer.readToEnd()
        #expect(answers.split(separator: "HTTP/1.1 200 OK").count == 1000)
        #expect(answers.hasSuffix("GET /last "))
    }

    @Test func `a request that arrives byte by byte is one request`() {
        for character in "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi" { peer.send(String(character)) }
        #expect(peer.readToEnd().hasSuffix("POST /slow hi"))
    }

    @Test func `a chunked body arrives whole`() {
        peer.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n1;note=x\r\n!\r\n0\r\n\r\n")
        #expect(peer.readToEnd().hasSuffix("POST / hello!"))
    }

    @Test func `a client that waits for 100 Continue is told to go on`() {
        peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        #expect(peer.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        peer.send("hi")
        #expect(peer.readToEnd().hasSuffix("POST / hi"))
    }

    @Test func `HEAD has the length and not the body`() {
        peer.send("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = peer.readToEnd()
        #expect(answer.contains("Content-Length: 8\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func `HTTP 1.0 is answered and closed, unless it asks to be kept`() {
        peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(peer.read(through: "GET / ").contains("Connection: keep-alive\r\n"))
        peer.send("GET / HTTP/1.0\r\n\r\n")
        #expect(peer.readToEnd().contains("Connection: close\r\n"))
    }

    @Test func `a client that has finished sending still gets its answer`() {
        peer.send("GET /half HTTP/1.1\r\nHost: x\r\n\r\n")
        peer.finish()
        #expect(peer.readToEnd().hasSuffix("GET /half "))
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{0}", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: a-miracle\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + String(repeating: "x", count: 1001), 413),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "x", count: 20_000) + "\r\n\r\n", 431),
        ("GET /" + String(repeating: "x", count: 20_000) + " HTTP/1.1\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X: y\r\n", count: 4000) + "\r\n", 431),
    ])
    func `what is malformed or too large is refused and ends the connection`(text: String, status: Int) {
        peer.send(text)
        peer.finish()
        let answer = peer.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(answer.contains(#"{"error":{"code":""#))
        #expect(listener.counts.requests == 0)
        #expect(listener.counts.refused == 1)
    }

    @Test func `a body over the limit is refused before it is sent, and the answer survives the rest of it`() {
        peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + String(repeating: "x", count: 3_000_000))
        #expect(peer.readToEnd().hasPrefix("HTTP/1.1 413 "))
    }
}
