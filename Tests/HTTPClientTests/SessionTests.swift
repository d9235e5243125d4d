import Dispatch
import HTTPClient
import HTTPServer
import Synchronization
import TestServers
import Testing

/// The client against the project's own server.
@Suite struct SessionTests {
    private let session = HTTPSession()

    private func listening(
        _ settings: HTTPServerSettings = HTTPServerSettings(port: 0), _ handler: @escaping @Sendable (HTTPRequest, HTTPReply) -> Void
    ) throws -> (listener: HTTPListener, url: String) {
        let listener = try HTTPListener(settings: settings, handler: handler)
        return (listener, "\(settings.certificate == nil ? "http" : "https")://127.0.0.1:\(listener.port)")
    }

    @Test func `method, path, headers and body arrive, and the answer comes back`() throws {
        let (listener, url) = try listening { request, reply in
            reply.send(
                HTTPResponse(
                    status: 201, headers: ["X-Token": request.headers["authorization"] ?? "none"],
                    body: Array("\(request.method) \(request.target) ".utf8) + request.body))
        }
        let response = try session.send(
            HTTPClientRequest("PATCH", "\(url)/a?b=c", headers: [("Authorization", "Bearer t")], body: Array("body".utf8)))
        #expect(response.status == 201)
        #expect(response["x-token"] == "Bearer t")
        #expect(String(decoding: response.body, as: UTF8.self) == "PATCH /a?b=c body")
        listener.stop(within: .seconds(1))
    }

    @Test func `a body's type is said where the caller says it, and nowhere else`() throws {
        let (listener, url) = try listening { request, reply in reply.send(.text(request.headers["content-type"] ?? "none")) }
        let plain = HTTPClientRequest("POST", url, body: Array("{}".utf8))
        #expect(String(decoding: try session.send(plain).body, as: UTF8.self) == "none")
        let typed = HTTPClientRequest("POST", url, headers: [("content-type", "application/json")], body: Array("{}".utf8))
        #expect(String(decoding: try session.send(typed).body, as: UTF8.self) == "application/json")
        listener.stop(within: .seconds(1))
    }

    @Test func `requests one after another share a connection`() throws {
        let (listener, url) = try listening { _, reply in reply.send(.text("ok")) }
        for _ in 0..<5 { #expect(try session.send(HTTPClientRequest("GET", url)).status == 200) }
        #expect(listener.counts.accepted == 1)
        #expect(listener.counts.requests == 5)
    }

    @Test(arguments: ["GET", "POST"])
    func `a request whose kept connection ends unanswered is sent again only where that comes to the same`(method: String) throws {
        let (listener, _) = try listening { _, reply in reply.send(.text("ok")) }
        let between = Interposer(before: listener.port)
        let request = HTTPClientRequest(method, "http://127.0.0.1:\(between.port)/marked")
        #expect(try session.send(request).status == 200)
        between.cut(after: "/marked")
        let second = Result { try session.send(request) }
        #expect(between.cuts == 1)
        if request.isIdempotent {
            #expect(try second.get().status == 200)
        } else {
            let failure = #expect(throws: HTTPClientFailure.self) { try second.get() }
            #expect(failure?.kind == .broken && failure?.reason == "reading from http://127.0.0.1:\(between.port): the connection ended without an answer")
        }
        between.stop()
        listener.stop(within: .seconds(1))
    }

    @Test func `a request that was sent is not called unreachable because nobody listens any more`() throws {
        let (listener, _) = try listening { _, reply in reply.send(.text("ok")) }
        let between = Interposer(before: listener.port)
        let request = HTTPClientRequest("POST", "http://127.0.0.1:\(between.port)/marked")
        #expect(try session.send(request).status == 200)
        between.cut(after: "/marked")
        between.close()
        let failure = #expect(throws: HTTPClientFailure.self) { try session.send(request) }
        #expect(failure?.kind == .broken && between.cuts == 1)
        between.stop()
        listener.stop(within: .seconds(1))
    }

    @Test func `many threads may use one session`() throws {
        let (listener, url) = try listening { request, reply in reply.send(.text(request.path)) }
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 40) { index in
            let answer = try? session.send(HTTPClientRequest("GET", "\(url)/\(index)"))
            if answer?.body != Array("/\(index)".utf8) { wrong.withLock { $0 += 1 } }
        }
        #expect(wrong.withLock { $0 } == 0)
        #expect(listener.counts.requests == 40)
    }

    @Test func `HEAD comes back without a body`() throws {
        let (listener, url) = try listening { _, reply in reply.send(.text("four")) }
        let response = try session.send(HTTPClientRequest("HEAD", url))
        #expect(response["Content-Length"] == "4")
        #expect(response.body.isEmpty)
        listener.stop(within: .seconds(1))
    }

    @Test func `a large body goes both ways`() throws {
        var settings = HTTPServerSettings(port: 0)
        settings.bodyLimit = 8 * 1024 * 1024
        let (listener, url) = try listening(settings) { request, reply in reply.send(HTTPResponse(body: request.body)) }
        let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try session.send(HTTPClientRequest("POST", url, body: body)).body == body)
        listener.stop(within: .seconds(1))
    }

    @Test func `an answer over the session's limit is a failure`() throws {
        let (listener, url) = try listening { _, reply in reply.send(HTTPResponse(body: [UInt8](repeating: 0, count: 2000))) }
        let failure = #expect(throws: HTTPClientFailure.self) { try HTTPSession(bodyLimit: 1000).send(HTTPClientRequest("GET", url)) }
        #expect(failure?.kind == .tooLarge)
        listener.stop(within: .seconds(1))
    }

    @Test func `pieces arrive as they are written, until the caller has enough`() throws {
        let (listener, url) = try listening { _, reply in
            guard let stream = reply.begin(.text("1")) else { return }
            DispatchQueue.global().async {
                while stream.isWanted { _ = stream.write(Array("x".utf8)) }
                stream.end()
            }
        }
        var request = HTTPClientRequest("GET", url)
        request.totalTimeout = nil
        var seen = 0
        let response = try session.stream(request) { bytes in
            seen += bytes.count
            return seen < 100
        }
        #expect(response.status == 200)
        #expect(seen >= 100)
        listener.stop(within: .seconds(10))
    }

    @Test func `an error is not streamed but returned whole`() throws {
        let (listener, url) = try listening { _, reply in reply.send(.text("no such topic", status: 404)) }
        var streamed = 0
        let response = try session.stream(HTTPClientRequest("GET", url)) { bytes in
            streamed += bytes.count
            return true
        }
        #expect(response.status == 404)
        #expect(String(decoding: response.body, as: UTF8.self) == "no such topic")
        #expect(streamed == 0)
        listener.stop(within: .seconds(1))
    }

    @Test func `a port where nothing listens is unreachable, and the reason says which`() throws {
        let (listener, url) = try listening { _, _ in }
        listener.stop(within: .zero)
        let failure = #expect(throws: HTTPClientFailure.self) { try session.send(HTTPClientRequest("GET", "\(url)/secret?token=1")) }
        #expect(failure?.kind == .unreachable)
        #expect(failure?.reason == "connecting to \(url): Connection refused")
    }

    @Test func `an answer that takes too long is a timeout`() throws {
        let kept = Mutex<HTTPReply?>(nil)
        let (listener, url) = try listening { _, reply in kept.withLock { $0 = reply } }
        var request = HTTPClientRequest("GET", url)
        request.totalTimeout = .milliseconds(50)
        let failure = #expect(throws: HTTPClientFailure.self) { try session.send(request) }
        #expect(failure?.kind == .timedOut)
        #expect(failure?.reason.hasPrefix("waiting for \(url): ") == true)
        listener.stop(within: .zero)
    }

    @Test func `a stream that is cut is broken, not ended`() throws {
        let (listener, url) = try listening { _, reply in _ = reply.begin(.text("half")) }
        let failure = #expect(throws: HTTPClientFailure.self) { try session.stream(HTTPClientRequest("GET", url)) { _ in true } }
        #expect(failure?.kind == .broken)
        listener.stop(within: .zero)
    }

    @Test(arguments: ["ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/", "http://127.0.0.1/a b"])
    func `a URL that cannot be asked is named as such`(url: String) {
        let failure = #expect(throws: HTTPClientFailure.self) { try session.send(HTTPClientRequest("GET", url)) }
        #expect(failure?.kind == .badRequest)
    }

    @Test func `a header with a line break is not sent`() {
        let request = HTTPClientRequest("GET", "http://127.0.0.1:1/", headers: [("X", "a\r\nY: b")])
        let failure = #expect(throws: HTTPClientFailure.self) { try session.send(request) }
        #expect(failure?.kind == .badRequest)
    }

    @Test func `over TLS a trusted certificate is accepted, one after another and in parallel`() throws {
        let certificate = try TestCertificate()
        let (listener, url) = try listening(certificate.settings) { request, reply in reply.send(HTTPResponse(body: request.body)) }
        let session = HTTPSession(trustFile: certificate.files.chainFile)
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for _ in 0..<3 { #expect(try session.send(HTTPClientRequest("POST", url, body: body)).body == body) }
        #expect(listener.counts.accepted == 1)
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            if (try? session.send(HTTPClientRequest("POST", url, body: body)))?.body != body { wrong.withLock { $0 += 1 } }
        }
        #expect(wrong.withLock { $0 } == 0)
        listener.stop(within: .seconds(1))
    }

    @Test func `over TLS an unknown certificate is refused`() throws {
        let certificate = try TestCertificate()
        let (listener, url) = try listening(certificate.settings) { _, reply in reply.send(.text("never")) }
        let failure = #expect(throws: HTTPClientFailure.self) { try session.send(HTTPClientRequest("GET", url)) }
        #expect(failure?.kind == .tls)
        #expect(listener.counts.requests == 0)
    }

    @Test func `a certificate is exchanged while connections go on, and one that cannot be used changes nothing`() throws {
        let (old, new) = (try TestCertificate(), try TestCertificate(renewed: true))
        let (listener, url) = try listening(old.settings) { _, reply in reply.send(.text("here")) }
        let (before, after) = (HTTPSession(trustFile: old.files.chainFile), HTTPSession(trustFile: new.files.chainFile))
        #expect(try before.send(HTTPClientRequest("GET", url)).status == 200)
        let failure = #expect(throws: HTTPFailure.self) {
            try listener.renew(certificate: .init(chainFile: new.files.chainFile, keyFile: old.files.keyFile))
        }
        #expect(failure?.kind == .certificate)
        #expect(throws: HTTPClientFailure.self) { try after.send(HTTPClientRequest("GET", url)) }
        try listener.renew(certificate: new.files)
        #expect(try after.send(HTTPClientRequest("GET", url)).status == 200)
        #expect(try before.send(HTTPClientRequest("GET", url)).status == 200)
        #expect(throws: HTTPClientFailure.self) {
            try HTTPSession(trustFile: old.files.chainFile).send(HTTPClientRequest("GET", url))
        }
    }

    @Test func `a listener without TLS takes no certificate`() throws {
        let (listener, _) = try listening { _, reply in reply.send(.text("plain")) }
        let certificate = try TestCertificate()
        #expect(throws: HTTPFailure.self) { try listener.renew(certificate: certificate.files) }
    }
}
