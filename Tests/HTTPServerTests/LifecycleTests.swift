import Dispatch
import HTTPServer
import Synchronization
import TestPeers
import Testing

/// Who answers, when, and what happens when nobody does.
@Suite struct LifecycleTests {
    private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `an answer may come from another thread`() throws {
        let listener = try listening { _, reply in DispatchQueue.global().async { reply.send(.text("from afar")) } }
        let peer = RawPeer(listener.port)
        peer.send(get)
        #expect(peer.read(through: "from afar").hasSuffix("from afar"))
    }

    @Test func `a second answer is refused`() throws {
        let second = Parcel<Bool>()
        let listener = try listening { _, reply in
            reply.send(.text("first"))
            second.put(reply.send(.text("second")))
        }
        let peer = RawPeer(listener.port)
        peer.send(get)
        #expect(peer.read(through: "first").hasSuffix("first"))
        #expect(second.wait() == false)
    }

    @Test func `a mount calls its handler as directly the thousandth time as the first`() throws {
        let mount = HTTPMount()
        let depths = Depths()
        mount.serve { _, reply in
            var local = 0
            // How deep the stack is here: every wrapper around the handler would add to it.
            let depth = unsafe withUnsafePointer(to: &local) { UInt(bitPattern: $0) }
            depths.seen.withLock { _ = $0.insert(depth) }
            reply.send(.text("."))
        }
        let listener = try listening { _ = mount.take($0, $1) }
        let peer = RawPeer(listener.port)
        for _ in 0..<1_000 {
            peer.send(get)
            #expect(peer.read(through: "\r\n\r\n.").hasSuffix("."))
        }
        // A few: the call may come from more than one place on the listener's thread.
        #expect(depths.seen.withLock { $0.count } <= 4)
    }

    @Test func `a request that is dropped unanswered gets a 500`() throws {
        let listener = try listening { _, _ in }
        let peer = RawPeer(listener.port)
        peer.send(get)
        #expect(peer.readToEnd().hasPrefix("HTTP/1.1 500 "))
    }

    @Test func `a request that is never answered gets a 504, and a late answer goes nowhere`() throws {
        let kept = Parcel<HTTPReply>()
        let listener = try listening({ $0.answerTimeout = .milliseconds(50) }) { _, reply in kept.put(reply) }
        let peer = RawPeer(listener.port)
        peer.send(get)
        #expect(peer.readToEnd().hasPrefix("HTTP/1.1 504 "))
        let reply = try #require(kept.wait())
        #expect(!reply.isWanted)
        #expect(!reply.send(.text("late")))
    }

    @Test func `a header that does not end in time gets a 408`() throws {
        let listener = try listening({ $0.headerTimeout = .milliseconds(50) }, echo)
        let peer = RawPeer(listener.port)
        peer.send("GET / HTTP/1.1\r\nHost:")
        #expect(peer.readToEnd().hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `a body that does not end in time gets a 408`() throws {
        let listener = try listening({ $0.bodyTimeout = .milliseconds(50) }, echo)
        let peer = RawPeer(listener.port)
        peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhal")
        #expect(peer.readToEnd().hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `an idle connection is closed without a word`() throws {
        let listener = try listening({ $0.idleTimeout = .milliseconds(50) }, echo)
        let peer = RawPeer(listener.port)
        #expect(peer.readToEnd() == "")
    }

    @Test func `a handler learns that the peer has left`() throws {
        let kept = Parcel<HTTPReply>()
        let listener = try listening { request, reply in request.path == "/wait" ? kept.put(reply) : echo(request, reply) }
        let leaver = RawPeer(listener.port)
        leaver.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        let reply = try #require(kept.wait())
        #expect(reply.isWanted)
        leaver.vanish()
        // Each round trip lets the listener look at what else has happened.
        let other = RawPeer(listener.port)
        for _ in 0..<1000 where reply.isWanted {
            other.send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = other.read(through: "/other ")
        }
        #expect(!reply.isWanted)
    }

    @Test func `at the connection limit new peers wait until one leaves`() throws {
        let listener = try listening({ $0.connectionLimit = 1 }, echo)
        let first = RawPeer(listener.port)
        first.send(get)
        _ = first.read(through: "GET / ")
        let second = RawPeer(listener.port)
        second.send("GET /second HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(listener.counts.accepted == 1)
        first.vanish()
        #expect(second.read(through: "GET /second ").hasSuffix("GET /second "))
    }

    @Test func `a stop finishes the request in flight and then refuses peers`() throws {
        let own = Mutex<HTTPListener?>(nil)
        let listener = try listening { _, reply in
            own.withLock { $0 }?.stop(within: .seconds(10))
            reply.send(.text("finished"))
        }
        own.withLock { $0 = listener }
        let peer = RawPeer(listener.port)
        peer.send(get)
        let answer = peer.readToEnd()
        #expect(answer.hasSuffix("finished"))
        #expect(answer.contains("Connection: close\r\n"))
        listener.stop(within: .seconds(10))
        #expect(listener.counts.open == 0)
        let late = RawPeer(listener.port)
        late.send(get)
        #expect(late.readToEnd() == "")
        own.withLock { $0 = nil }
    }

    @Test func `requests that were sent before a stop are answered, on a kept connection and on one not yet accepted`() throws {
        let own = Mutex<HTTPListener?>(nil)
        let (isHeld, goesOn) = (Parcel<Bool>(), Parcel<Bool>())
        let listener = try listening { request, reply in
            if request.path == "/hold" {
                isHeld.put(true)
                _ = goesOn.wait()
                own.withLock { $0 }?.stop(within: .seconds(10))
            }
            reply.send(.text("answered"))
        }
        own.withLock { $0 = listener }
        defer { own.withLock { $0 = nil } }
        let kept = RawPeer(listener.port)
        kept.send(get)
        _ = kept.read(through: "answered")
        let holding = RawPeer(listener.port)
        holding.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(isHeld.wait() == true)
        kept.send(get)
        let waiting = RawPeer(listener.port)
        waiting.send(get)
        goesOn.put(true)
        for peer in [holding, kept, waiting] { #expect(peer.readToEnd().hasSuffix("answered")) }
    }

    @Test func `a stop cuts what is unanswered at its deadline`() throws {
        let kept = Parcel<HTTPReply>()
        let listener = try listening { _, reply in kept.put(reply) }
        let peer = RawPeer(listener.port)
        peer.send(get)
        let reply = try #require(kept.wait())
        listener.stop(within: .milliseconds(20))
        #expect(peer.readToEnd() == "")
        #expect(!reply.isWanted)
    }

    @Test func `a port that is taken is named, with what to do`() throws {
        let listener = try listening { _, _ in }
        let failure = #expect(throws: HTTPFailure.self) { try listening({ $0.port = listener.port }) { _, _ in } }
        #expect(failure?.kind == .addressInUse)
        #expect(
            failure?.reason
                == "listening at 127.0.0.1:\(listener.port): something listens there already; stop it, or choose another port")
    }

    @Test func `an address of another machine is named`() {
        let failure = #expect(throws: HTTPFailure.self) { try listening({ $0.host = "192.0.2.1" }) { _, _ in } }
        #expect(failure?.kind == .addressUnknown)
    }

    @Test func `a certificate that is not there is named`() {
        let missing = HTTPServerSettings.Certificate(chainFile: "/nowhere/chain.pem", keyFile: "/nowhere/key.pem")
        let failure = #expect(throws: HTTPFailure.self) { try listening({ $0.certificate = missing }) { _, _ in } }
        #expect(failure?.kind == .certificate)
        #expect(
            failure?.reason
                == "listening at 127.0.0.1:0: the certificate chain in /nowhere/chain.pem cannot be used: No such file or directory")
    }
}

private final class Depths: Sendable {
    let seen = Mutex<Set<UInt>>([])
}
