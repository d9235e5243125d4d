internal import EventLog
public import HTTPClient
internal import HTTPServer
internal import StreamCore
internal import Wire

/// The other processes of a cluster, as one of them reaches them: what it is asked about the whole, it asks them about their part.
///
/// A question to another process has `scope=local`, which is answered without asking anybody, so no question goes round. Who asks is
/// who was asked: the caller's own credentials go along, and nothing else does.
public struct Fellows: Sendable {
    /// What this process is known by to the log.
    let instance: String
    /// Where this process is reached itself.
    let address: String
    private let scheme: String
    private let session: HTTPSession
    private let watch: LogWatch
    private let patience: Duration

    /// The header by which an answer says whose it is.
    static let header = "X-Linehaul-Instance"
    /// The header by which a question says which process asks it.
    static let asker = "X-Linehaul-Asker"

    /// The others than `instance`, which is reached at `address`; each has `patience` to answer. All of a cluster's processes serve
    /// HTTPS or none does.
    public init(
        instance: String, address: String, isSecure: Bool = false, session: HTTPSession = HTTPSession(bodyLimit: 16 << 20),
        watch: LogWatch, patience: Duration = .seconds(3)
    ) {
        self.instance = instance
        self.address = address
        scheme = isSecure ? "https" : "http"
        self.session = session
        self.watch = watch
        self.patience = patience
    }

    /// What another process answered.
    struct Answer: Sendable {
        let member: LogMember
        let status: Int
        let body: JSON
    }

    /// A process that did not answer, or that could not even be asked.
    struct Absence: Hashable, Sendable {
        let member: LogMember?
        let reason: String

        var json: JSON {
            .object([
                "instance": member.map { .string($0.instance) }, "address": member.map { .string($0.address) },
                "tasks": member.map { .integer(Int64($0.turns.count)) }, "reason": .string(reason),
            ])
        }
    }

    /// What the others say, and who says nothing.
    struct Echo: Sendable {
        var answers: [Answer] = []
        var absent: [Absence] = []
    }

    /// Everybody who shares the cluster's tasks, this process too.
    var members: [LogMember] { watch.members }

    /// Asks every other process, or those that are `wanted`, at once what this one was asked; returns when all have answered or run out of
    /// time.
    func ask(_ request: HTTPRequest, wanted: (LogMember) -> Bool = { _ in true }) async -> Echo {
        var echo = Echo()
        if watch.health.status == .unhealthy {
            echo.absent.append(Absence(member: nil, reason: "the log does not say which processes there are; those of before were asked"))
        }
        let others = members.filter { $0.instance != instance && wanted($0) }.sorted { $0.instance < $1.instance }
        await withTaskGroup(of: Result<Answer, Refused>.self) { group in
            for member in others { group.addTask { await ask(member, request) } }
            for await result in group {
                switch result {
                case .success(let answer): echo.answers.append(answer)
                case .failure(let refused): echo.absent.append(refused.absence)
                }
            }
        }
        echo.answers.sort { $0.member.instance < $1.member.instance }
        echo.absent.sort { ($0.member?.instance ?? "") < ($1.member?.instance ?? "") }
        return echo
    }

    private struct Refused: Error { let absence: Absence }

    private func ask(_ member: LogMember, _ request: HTTPRequest) async -> Result<Answer, Refused> {
        func absent(_ reason: String) -> Result<Answer, Refused> { .failure(Refused(absence: Absence(member: member, reason: reason))) }
        if member.address.isEmpty { return absent("it does not say where it is reached; set LINEHAUL_ADVERTISE there") }
        if member.address == address {
            return absent("it says that it is reached where this process is, at \(address); set LINEHAUL_ADVERTISE there")
        }
        let question = question(to: member, request)
        do throws(HTTPClientFailure) {
            let response = try await Line().ask { () throws(HTTPClientFailure) in try session.send(question) }
            if let answering = response[Fellows.header], answering == member.instance, let body = try? JSON(parsing: response.body) {
                return .success(Answer(member: member, status: response.status, body: body))
            }
            return absent(
                response.status == 401
                    ? "it does not take the caller's token; all processes of a cluster need one LINEHAUL_TOKEN"
                    : "something else answers at \(member.address), with \(response.status); set LINEHAUL_ADVERTISE of one of the two")
        } catch {
            return absent(error.reason)
        }
    }

    private func question(to member: LogMember, _ request: HTTPRequest) -> HTTPClientRequest {
        var headers: [(name: String, value: String)] = []
        for name in ["Authorization", "X-API-Key", "X-User-Id", "X-Correlation-Id", "Content-Type"] {
            if let value = request.headers[name] { headers.append((name, value)) }
        }
        headers.append((Fellows.asker, instance))
        let target = request.target + (request.target.contains("?") ? "&" : "?") + "scope=local"
        var question = HTTPClientRequest(
            request.method, "\(scheme)://\(member.address)\(target)", headers: headers,
            body: request.method == "GET" || request.method == "HEAD" ? nil : request.body)
        // One that is leaving takes no more connections: better to hear soon who has what it had.
        question.connectTimeout = min(patience, .seconds(1))
        question.totalTimeout = patience
        return question
    }
}

/// One question to one process, on a thread that may wait for it.
private actor Line {
    private let executor = BlockingExecutor("inspection.fellow")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func ask(_ work: @Sendable () throws(HTTPClientFailure) -> HTTPClientResponse) throws(HTTPClientFailure) -> HTTPClientResponse {
        try work()
    }
}
