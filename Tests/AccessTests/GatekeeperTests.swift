import Access
import StreamCore
import Synchronization
import Testing

@Suite struct GatekeeperTests {
    private let now = EventTime(microseconds: 1_900_000_000_000_000)

    private func key(_ text: APIKeyText, role: String = "DISPATCHER", more: String = "") throws -> KnownKey {
        try KnownKey(
            parsing: Array(
                "{\"id\":\"k-1\",\"prefix\":\"\(text.prefix)\",\"digest\":\"\(text.digest)\",\"role\":\"\(role)\",\"user_id\":\"u-1\"\(more)}"
                    .utf8))
    }

    private func gatekeeper(_ change: (inout AccessSettings) -> Void = { _ in }) -> Gatekeeper {
        var settings = AccessSettings(isRequired: true)
        settings.machineToken = Secret("the machine's own")
        change(&settings)
        return Gatekeeper(settings)
    }

    private func bearing(_ token: String) -> Credentials { Credentials(token: Secret(token)) }

    @Test func `where authentication is off anybody comes in under the name they give`() {
        let open = Gatekeeper(AccessSettings(isRequired: false))
        let principal = open.admit(Credentials(userID: "u-9"), from: "127.0.0.1", now: now).principal
        #expect(principal?.userID == "u-9")
        #expect(principal?.role == .admin)
    }

    @Test func `who says nothing, or what nobody knows, does not come in`() throws {
        let door = gatekeeper()
        let unknown = try #require(APIKeyText.random())
        for credentials in [Credentials(), Credentials(userID: "u-1"), bearing(""), bearing("x"), bearing(unknown.revealed)] {
            #expect(door.admit(credentials, from: "10.0.0.1", now: now).principal == nil)
        }
    }

    @Test func `the machine's own token makes an admin`() {
        let principal = gatekeeper().admit(bearing("the machine's own"), from: "127.0.0.1", now: now).principal
        #expect(principal?.role == .admin)
        #expect(principal?.evidence == .machine)
    }

    @Test func `a key lets its holder in until it is revoked`() throws {
        let door = gatekeeper()
        let text = try #require(APIKeyText.random())
        door.set(try key(text), id: "k-1")
        #expect(door.admit(bearing(text.revealed), from: "10.0.0.1", now: now).principal?.userID == "u-1")
        door.set(nil, id: "k-1")
        #expect(door.admit(bearing(text.revealed), from: "10.0.0.1", now: now).principal == nil)
    }

    @Test func `a key lets nobody in from the instant at which it expires`() throws {
        let door = gatekeeper()
        let text = try #require(APIKeyText.random())
        door.set(try key(text, more: ",\"expires_at\":\"\(now.rfc3339)\""), id: "k-1")
        let before = now.advanced(by: .init(microseconds: -1))
        #expect(door.admit(bearing(text.revealed), from: "10.0.0.1", now: before).principal != nil)
        #expect(door.admit(bearing(text.revealed), from: "10.0.0.1", now: now).principal == nil)
    }

    @Test func `a key with the same beginning and another secret lets nobody in`() throws {
        let door = gatekeeper()
        let text = try #require(APIKeyText.random())
        door.set(try key(text), id: "k-1")
        let other = try #require(APIKeyText(String(text.revealed.dropLast(43)) + String(repeating: "A", count: 43)))
        #expect(other.prefix == text.prefix)
        #expect(door.admit(bearing(other.revealed), from: "10.0.0.1", now: now).principal == nil)
    }

    @Test func `a principal that asks too much is told to wait, others are not`() throws {
        let door = gatekeeper { $0.perPrincipal = RateLimit(perSecond: 1, burst: 2) }
        let text = try #require(APIKeyText.random())
        door.set(try key(text), id: "k-1")
        let answers = (0..<3).map { _ in door.admit(bearing(text.revealed), from: "10.0.0.1", now: now) }
        #expect(answers.map { $0.principal != nil } == [true, true, false])
        #expect(answers[2].allowance?.retrySeconds == 1)
        #expect(door.admit(bearing("the machine's own"), from: "10.0.0.1", now: now).principal != nil)
    }

    @Test func `an address that guesses has to wait, whatever it shows next; other addresses do not`() {
        let door = gatekeeper { $0.refusals = RateLimit(perSecond: 0.1, burst: 3) }
        for _ in 0..<3 { _ = door.admit(bearing("guess"), from: "10.0.0.1", now: now) }
        guard case .limited = door.admit(bearing("the machine's own"), from: "10.0.0.1", now: now).decision else {
            Issue.record("a guessing address was let in")
            return
        }
        #expect(door.admit(bearing("the machine's own"), from: "10.0.0.2", now: now).principal != nil)
    }

    @Test func `of refused logins each is counted, and the log hears how many, why and from where, and never what was shown`() {
        let told = Mutex<[Gatekeeper.Report]>([])
        let door = Gatekeeper(AccessSettings(isRequired: true)) { report in told.withLock { $0.append(report) } }
        for number in 0..<3 { _ = door.admit(bearing("a secret"), from: "10.0.0.1", now: now, correlation: "request \(number)") }
        let refused = Gatekeeper.Report.refused(reason: "token")
        let said = Gatekeeper.Report.worthSaying(count: 1, reason: "token", address: "10.0.0.1", correlation: "request 0")
        #expect(told.withLock { $0 } == [refused, said, refused, refused])
    }

    @Test func `credentials come from the header fields, a bearer before a key`() {
        func credentials(_ headers: [String: String]) -> Credentials { Credentials { headers[$0] } }
        #expect(credentials(["Authorization": "Bearer abc"]).token?.revealed == "abc")
        #expect(credentials(["Authorization": "bearer  abc "]).token?.revealed == "abc")
        #expect(credentials(["X-API-Key": "abc"]).token?.revealed == "abc")
        #expect(credentials(["Authorization": "Bearer a", "X-API-Key": "b"]).token?.revealed == "a")
        #expect(credentials(["Authorization": "Basic abc"]).token?.revealed == "")
        #expect(credentials(["X-User-Id": "u"]).userID == "u")
        #expect(credentials([:]) == Credentials())
    }

    @Test func `nothing that prints a key's text shows its secret`() throws {
        let text = try #require(APIKeyText.random())
        var dumped = ""
        dump(text, to: &dumped)
        let secret = String(text.revealed.suffix(43))
        #expect(![dumped, "\(text)", String(reflecting: text)].contains { $0.contains(secret) })
        #expect("\(text)".hasPrefix(text.prefix))
    }
}
