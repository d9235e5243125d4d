import HTTPServer
import TestPeers
import Testing

@Suite struct RouterTests {
    private let router: Router<String> = {
        var router = Router<String>()
        router.add("GET", "/loads", "list")
        router.add("POST", "/loads", "create")
        router.add("GET", "/loads/{id}", "one")
        router.add("DELETE", "/loads/{id}", "remove")
        router.add("GET", "/loads/search", "search")
        router.add("GET", "/loads/{id}/history/{at}", "history")
        return router
    }()

    private func finding(_ method: String, _ path: String) -> String {
        switch router.find(method, HTTPRequest(method: method, target: path).segments) {
        case .found(let endpoint, let parameters): "\(endpoint) \(parameters["id"]) \(parameters["at"])"
        case .wrongMethod(let allowed): "405 \(allowed)"
        case .unknownPath: "404"
        }
    }

    @Test func `a word beats a name`() {
        #expect(finding("GET", "/loads/search") == "search  ")
        #expect(finding("GET", "/loads/L-1") == "one L-1 ")
    }

    @Test func `a method that the word lacks is looked for under the name`() {
        #expect(finding("DELETE", "/loads/search") == "remove search ")
    }

    @Test func `several names in one pattern are told apart`() {
        #expect(finding("GET", "/loads/L%2F1/history/7/") == "history L/1 7")
    }

    @Test func `GET serves HEAD`() {
        #expect(finding("HEAD", "/loads") == "list  ")
    }

    @Test func `a known path under another method says which it takes`() {
        #expect(finding("PUT", "/loads") == #"405 ["GET", "HEAD", "POST"]"#)
    }

    @Test func `an unknown path is unknown`() {
        #expect(finding("GET", "/load") == "404")
        #expect(finding("GET", "/loads/1/history") == "404")
    }

    @Test func `a listener's handler may be a router`() throws {
        var routes = Router<HTTPEndpoint>()
        routes.add("GET", "/jobs/{job}") { _, parameters, reply in reply.send(.text("job \(parameters["job"])")) }
        let router = routes
        let listener = try listening { router.answer($0, $1) }
        let peer = RawPeer(listener.port)
        peer.send("GET /jobs/eta HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(peer.read(through: "job eta").hasPrefix("HTTP/1.1 200 "))
        peer.send("PUT /jobs/eta HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(peer.read(through: "\r\n\r\n").contains("Allow: GET, HEAD\r\n"))
        peer.send("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(peer.readToEnd().contains(#""code":"NOT_FOUND""#))
    }
}
