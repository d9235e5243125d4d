import Dispatch
import HTTPServer
import Synchronization
import TestPeers
import Testing

/// WebSockets as handlers and peers see them.
@Suite struct WebSocketTests {
    /// A listener that upgrades whoever asks and says back what they say.
    private func echoing(
        _ adjust: (inout HTTPServerSettings) -> Void = { _ in }, ended: Parcel<String> = Parcel()
    ) throws -> HTTPListener {
        try listening(adjust) { request, reply in
            _ = reply.upgrade(headers: ["X-Served-By": "test"], subprotocol: request.subprotocols.last) { socket, event in
                switch event {
                case .text(let bytes): _ = socket.send(WebSocketMessage(bytes))
                case .ended(let code, let reason): ended.put("\(code) \(reason)")
                }
            }
        }
    }

    @Test func `an upgrade is accepted with the handler's headers and the chosen subprotocol`() throws {
        let peer = FramePeer(try echoing(), headers: "Sec-WebSocket-Protocol: a, b\r\n")
        #expect(peer.answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        // RFC 6455, 1.3: the answer to that key.
        #expect(peer.answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(peer.answer.contains("Sec-WebSocket-Protocol: b\r\n"))
        #expect(peer.answer.contains("X-Served-By: test\r\n"))
    }

    @Test func `an upgrade may be refused as any request may, and the connection stays`() throws {
        let listener = try listening { request, reply in
            reply.send(.refusal(request.isUpgrade ? 403 : 404, code: "NO", "no"))
        }
        let peer = FramePeer(listener)
        #expect(peer.answer.hasPrefix("HTTP/1.1 403 "))
        _ = peer.peer.read(through: "\"detail\":\"no\"}")
        peer.peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(peer.peer.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 404 "))
    }

    @Test func `a request that asks for no upgrade gets none`() throws {
        let listener = try listening { request, reply in
            #expect(reply.upgrade { _, _ in } == nil)
            echo(request, reply)
        }
        let peer = RawPeer(listener.port)
        peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(peer.read(through: "GET / ").hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `messages go both ways, in one frame or in several`() throws {
        let peer = FramePeer(try echoing())
        peer.send("one")
        #expect(peer.read()?.text == "one")
        peer.send(1, Array("fir".utf8), isLast: false)
        peer.send(9, Array("between".utf8))
        peer.send(0, Array("st".utf8))
        #expect(peer.read() == FramePeer.Frame(opcode: 10, payload: Array("between".utf8)))
        #expect(peer.read()?.text == "first")
        let long = String(repeating: "x", count: 65_536)
        peer.send(long)
        let isWhole = peer.read()?.text == long
        #expect(isWhole)
    }

    @Test func `a message from another thread arrives, and so does one payload at every peer`() throws {
        let sockets = Mutex<[WebSocket]>([])
        let arrived = DispatchSemaphore(value: 0)
        let listener = try listening { _, reply in
            if let socket = reply.upgrade({ _, _ in }) {
                sockets.withLock { $0.append(socket) }
                arrived.signal()
            }
        }
        let peers = (0..<20).map { _ in FramePeer(listener) }
        for _ in peers { #expect(arrived.wait(timeout: .now() + 10) == .success) }
        let message = WebSocketMessage("to all")
        for socket in sockets.withLock({ $0 }) { #expect(socket.send(message) == .accepted) }
        for peer in peers { #expect(peer.read()?.text == "to all") }
        // A peer that nobody needs any more leaves.
        withExtendedLifetime(peers) { #expect(listener.counts.sockets == 20) }
    }

    /// Something that a peer must not send.
    struct Offence: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: Int
        let opcode: UInt8
        var payload: [UInt8] = [65]
        var isMasked = true
    }

    @Test(arguments: [
        Offence(testDescription: "a message over the limit", code: 1009, opcode: 1, payload: [UInt8](repeating: 120, count: 65_537)),
        Offence(testDescription: "text that is not UTF-8", code: 1007, opcode: 1, payload: [0xC0, 0xAF]),
        Offence(testDescription: "binary", code: 1003, opcode: 2),
        Offence(testDescription: "a frame without a mask", code: 1002, opcode: 1, isMasked: false),
        Offence(testDescription: "an opcode that is none", code: 1002, opcode: 3),
        Offence(testDescription: "a continuation of nothing", code: 1002, opcode: 0),
    ])
    func `what is against the protocol ends the connection with its code`(offence: Offence) throws {
        let ended = Parcel<String>()
        let peer = FramePeer(try echoing(ended: ended))
        peer.send(offence.opcode, offence.payload, isMasked: offence.isMasked)
        #expect(peer.read()?.closeCode == offence.code)
        peer.peer.vanish()
        #expect(ended.wait()?.hasPrefix("\(offence.code) ") == true)
    }

    @Test func `a peer's goodbye is answered and told`() throws {
        let ended = Parcel<String>()
        let peer = FramePeer(try echoing(ended: ended))
        peer.send(8, [0x03, 0xE8] + Array("done".utf8))
        #expect(peer.read()?.closeCode == 1000)
        #expect(peer.read() == nil)
        #expect(ended.wait() == "1000 done")
    }

    @Test func `the handler's goodbye follows what was sent before it`() throws {
        let listener = try listening { _, reply in
            let socket = reply.upgrade { _, _ in }
            _ = socket?.send(WebSocketMessage("last words"))
            socket?.close(.policyViolation, "that is all")
            #expect(socket?.send(WebSocketMessage("too late")) == .unwanted)
        }
        let peer = FramePeer(listener)
        #expect(peer.read()?.text == "last words")
        let goodbye = try #require(peer.read())
        #expect(goodbye.closeCode == 1008)
        #expect(String(decoding: goodbye.payload.dropFirst(2), as: UTF8.self) == "that is all")
    }

    @Test func `a peer that answers pings stays`() throws {
        let listener = try echoing {
            $0.pingInterval = .milliseconds(50)
            $0.pingsMissed = 40
        }
        let peer = FramePeer(listener)
        for _ in 0..<60 {
            #expect(peer.read()?.opcode == 9)
            peer.send(10, [])
        }
        #expect(listener.counts.cut == 0)
    }

    @Test func `a peer that does not answer pings is cut`() throws {
        let ended = Parcel<String>()
        let listener = try echoing({ $0.pingInterval = .milliseconds(20) }, ended: ended)
        let peer = FramePeer(listener)
        #expect(ended.wait() == "1006 ")
        #expect((0..<3).compactMap { _ in peer.read()?.opcode } == [9, 9])
        #expect(listener.counts.cut == 1)
    }

    @Test func `a peer that does not read fills its queue, and is cut in the end`() throws {
        let kept = Parcel<WebSocket>()
        let ended = Parcel<String>()
        let listener = try listening({
            $0.socketLimit = 100_000
            $0.writeTimeout = .milliseconds(100)
        }) { _, reply in
            let socket = reply.upgrade { _, event in
                if case .ended(let code, let reason) = event { ended.put("\(code) \(reason)") }
            }
            if let socket { kept.put(socket) }
        }
        let peer = FramePeer(listener)
        let socket = try #require(kept.wait())
        let message = WebSocketMessage([UInt8](repeating: 120, count: 50_000))
        // The queue may be full long before the system's own buffers are: only when both are does nothing move any more.
        var outcomes: Set<HTTPBodyStream.Outcome> = []
        while !outcomes.contains(.unwanted) { outcomes.insert(socket.send(message)) }
        #expect(outcomes.contains(.full))
        #expect(ended.wait() == "1006 ")
        #expect(listener.counts.cut == 1)
        withExtendedLifetime(peer) {}
    }

    @Test func `a peer that leaves without a word is told`() throws {
        let ended = Parcel<String>()
        let listener = try echoing(ended: ended)
        let peer = FramePeer(listener)
        peer.peer.vanish()
        #expect(ended.wait() == "1006 ")
        #expect(listener.counts.sockets == 0)
    }

    @Test func `a stop says that the server goes away`() throws {
        let ended = Parcel<String>()
        let listener = try echoing(ended: ended)
        let peer = FramePeer(listener)
        peer.send("here")
        _ = peer.read()
        DispatchQueue.global().async { listener.stop(within: .seconds(10)) }
        #expect(peer.read()?.closeCode == 1001)
        peer.send(8, [0x03, 0xE9])
        #expect(ended.wait()?.hasPrefix("1001 ") == true)
    }

    @Test func `compression is agreed on only where it is offered and set`() throws {
        let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
        #expect(!FramePeer(try echoing(), headers: offer).answer.contains("permessage-deflate"))
        let listener = try echoing({ $0.deflatesMessages = true })
        #expect(FramePeer(listener, headers: offer).answer.contains("permessage-deflate"))
        #expect(!FramePeer(listener).answer.contains("permessage-deflate"))
    }

    @Test(arguments: [
        "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n",
        "Sec-WebSocket-Version: 13\r\n\r\n",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 1\r\n\r\na",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\u{1}early frames",
    ])
    func `a malformed upgrade is refused before any handler sees it`(rest: String) throws {
        let listener = try echoing()
        let peer = RawPeer(listener.port)
        peer.send("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + rest)
        #expect(peer.readToEnd().hasPrefix("HTTP/1.1 400 "))
        #expect(listener.counts.requests == 0)
    }
}
