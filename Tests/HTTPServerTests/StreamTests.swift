import Dispatch
import HTTPServer
import TestPeers
import Testing

/// Answers in pieces.
@Suite struct StreamTests {
    private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `pieces are chunks, and the connection stays`() throws {
        let listener = try listening { _, reply in
            guard let stream = reply.begin(HTTPResponse(headers: ["Content-Type": "application/x-ndjson"])) else { return }
            DispatchQueue.global().async {
                _ = stream.write(Array("one\n".utf8))
                _ = stream.write(Array("two, and a bit more\n".utf8))
                stream.end()
            }
        }
        let peer = RawPeer(listener.port)
        for _ in 0..<2 {
            peer.send(get)
            #expect(peer.read(through: "\r\n\r\n").contains("Transfer-Encoding: chunked\r\n"))
            #expect(peer.read(through: "0\r\n\r\n") == "4\r\none\n\r\n14\r\ntwo, and a bit more\n\r\n0\r\n\r\n")
        }
    }

    @Test func `HTTP 1.0 gets the pieces bare and the end as a close`() throws {
        let listener = try listening { _, reply in reply.begin(.text("all of it"))?.end() }
        let peer = RawPeer(listener.port)
        peer.send("GET / HTTP/1.0\r\n\r\n")
        let answer = peer.readToEnd()
        #expect(answer.hasSuffix("\r\n\r\nall of it"))
        #expect(!answer.contains("chunked"))
    }

    @Test func `a stream that is dropped before its end cuts the connection`() throws {
        let listener = try listening { _, reply in _ = reply.begin(.text("half")) }
        let peer = RawPeer(listener.port)
        peer.send(get)
        #expect(!peer.readToEnd().hasSuffix("0\r\n\r\n"))
    }

    @Test func `a peer that does not read fills its stream, and no more is taken`() throws {
        let kept = Parcel<HTTPBodyStream>()
        let listener = try listening({ $0.streamLimit = 100_000 }) { _, reply in
            if let stream = reply.begin(HTTPResponse()) { kept.put(stream) }
        }
        let peer = RawPeer(listener.port)
        peer.send(get)
        let stream = try #require(kept.wait())
        let piece = [UInt8](repeating: 120, count: 50_000)
        var outcome = HTTPBodyStream.Outcome.accepted
        for _ in 0..<10_000 where outcome == .accepted { outcome = stream.write(piece) }
        #expect(outcome == .full)
    }

    @Test func `a stream learns that the listener stops`() throws {
        let kept = Parcel<HTTPBodyStream>()
        let listener = try listening { _, reply in
            if let stream = reply.begin(.text("begun")) { kept.put(stream) }
        }
        let peer = RawPeer(listener.port)
        peer.send(get)
        _ = peer.read(through: "begun\r\n")
        let stream = try #require(kept.wait())
        let stopped = Parcel<Bool>()
        DispatchQueue.global().async {
            listener.stop(within: .seconds(10))
            stopped.put(true)
        }
        while stream.isWanted {}
        #expect(stream.write([1]) == .unwanted)
        stream.end()
        #expect(peer.readToEnd() == "0\r\n\r\n")
        #expect(stopped.wait() == true)
    }
}
