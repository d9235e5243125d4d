internal import Access
internal import Freight
internal import HTTPServer
internal import StreamCore
internal import Synchronization
internal import Wire

/// A request that has been let in and understood, and the right to answer it once, from any thread.
final class Call: Sendable {
    let method: Route.Method
    let request: HTTPRequest
    let path: RouteParameters
    /// Its query, checked against what the route takes.
    let query: Arguments
    /// Its body, where the route takes one.
    let body: JSON
    let principal: Access.Principal
    /// Whether what it showed is still good, for answers that go on.
    let stays: @Sendable () -> Bool
    /// By which it is found again.
    let correlation: String
    let reply: Answering

    init(
        method: Route.Method, request: HTTPRequest, path: RouteParameters, query: Arguments, body: JSON, principal: Access.Principal,
        stays: @escaping @Sendable () -> Bool, correlation: String, reply: Answering
    ) {
        (self.method, self.request, self.path, self.query, self.body) = (method, request, path, query, body)
        (self.principal, self.stays, self.correlation, self.reply) = (principal, stays, correlation, reply)
    }

    /// The id that the path names.
    var id: EntityID { EntityID(path["id"].lowercased()) }

    /// Whether anybody still waits for the answer.
    var isWanted: Bool { reply.isWanted }

    /// Answers with a JSON text.
    func answer(_ status: Int = 200, _ text: [UInt8], etag version: Int? = nil, headers: [(String, String)] = []) {
        var fields = HTTPHeaders([.init("Content-Type", "application/json")])
        if let version { fields.add("ETag", "\"\(version)\"") }
        for (name, value) in headers { fields.add(name, value) }
        reply.send(HTTPResponse(status: status, headers: fields, body: text))
    }

    /// Answers with a JSON value.
    func answer(_ status: Int = 200, _ value: JSON) { answer(status, value.compact) }

    /// Answers with an object whose members `members` writes.
    func answer(_ status: Int = 200, _ members: (inout JSONWriter) -> Void) { answer(status, RawJSON.object(members).utf8) }

    /// Answers with nothing.
    func answerNothing(_ status: Int = 204, etag version: Int? = nil) {
        var response = HTTPResponse(status: status)
        if let version { response.headers["ETag"] = "\"\(version)\"" }
        reply.send(response)
    }

    /// Says why not.
    func refuse(_ refusal: Refusal) { reply.send(.refusal(refusal, correlation)) }

    /// Whether `If-None-Match` says that the caller has that version: one of those it lists, strong or weak, or `*`.
    func knows(version: Int) -> Bool {
        guard let text = request.headers["If-None-Match"] else { return false }
        let known: Set<String> = ["*", "\"\(version)\"", "W/\"\(version)\""]
        return text.split(separator: ",").contains { known.contains($0.trimmingSpaces) }
    }

    /// The versions of which `If-Match` asks for one; none where any will do.
    func wantedVersions() throws(Refusal) -> [Int] {
        guard let text = request.headers["If-Match"], text != "*" else { return [] }
        var versions: [Int] = []
        for listed in text.split(separator: ",", omittingEmptySubsequences: false) {
            let tag = listed.trimmingSpaces
            let bare = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
            guard bare.count > 2, bare.hasPrefix("\""), bare.hasSuffix("\""), let version = Int(bare.dropFirst().dropLast())
            else {
                throw .invalid("If-Match", "must be an ETag that an answer gave, such as \"3\", or several with commas between")
            }
            versions.append(version)
        }
        return versions
    }

    /// What `Idempotency-Key` says; nil where there is none.
    func key() throws(Refusal) -> String? {
        guard let key = request.headers["Idempotency-Key"] else { return nil }
        guard (1...255).contains(key.utf8.count) else { throw .invalid("Idempotency-Key", "must have 1 to 255 bytes") }
        return key
    }

    /// The id that follows from the key and from whose it is.
    func id(of key: String) -> EntityID {
        .version5(Array("\(principal.userID ?? "")\u{0}\(principal.carrierID ?? "")\u{0}\(key)".utf8))
    }

    /// What tells this request from another under the same key.
    var digest: String {
        var text = Array("\(method.rawValue) \(request.path)\n".utf8)
        text += request.body
        return String(xxh3(text), radix: 16) + String(xxh3(text + [1]), radix: 16)
    }
}

/// The right to answer one request; counts the answer and signs it, and has the log hear of one that is a failure of ours.
final class Answering: Sendable {
    private let reply: HTTPReply
    private let signature: [HTTPHeaders.Field]
    private let meter: RouteMeter
    private let journal: Journal
    private let correlation: String
    private let begun: EventTime
    private let clock: @Sendable () -> EventTime

    init(
        _ reply: HTTPReply, signature: [HTTPHeaders.Field], _ meter: RouteMeter, _ journal: Journal, _ correlation: String,
        begun: EventTime, clock: @escaping @Sendable () -> EventTime
    ) {
        self.reply = reply
        self.signature = signature
        self.meter = meter
        self.journal = journal
        self.correlation = correlation
        self.begun = begun
        self.clock = clock
    }

    var isWanted: Bool { reply.isWanted }

    func send(_ response: HTTPResponse) {
        var response = response
        response.headers.add(signature)
        if reply.send(response) { count(response.status) }
    }

    /// Begins an answer in pieces; nil where it has been answered.
    func begin(_ response: HTTPResponse) -> HTTPBodyStream? {
        var response = response
        response.headers.add(signature)
        count(response.status)
        return reply.begin(response)
    }

    private func count(_ status: Int) {
        let now = clock()
        meter.count(status, took: now.since(begun))
        if status >= 500 { journal.failed(status, meter.name, correlation, at: now) }
    }
}

extension HTTPResponse {
    /// The answer that says why not, in the API's one form.
    static func refusal(_ refusal: Refusal, _ correlation: String) -> HTTPResponse {
        let body = RawJSON.object { json in
            json.object("error") { error in
                error.field("code", refusal.code)
                error.field("message", refusal.message)
                error.array("details", of: refusal.details)
                error.field("correlation_id", correlation)
            }
            json.field("detail", refusal.message)
        }
        return HTTPResponse(status: refusal.status, headers: ["Content-Type": "application/json"], body: body.utf8)
    }
}
