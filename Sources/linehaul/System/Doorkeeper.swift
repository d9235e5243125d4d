internal import Access
internal import Dispatch
internal import EventLog
internal import Freight
internal import Gateway
internal import HTTPServer
internal import Metrics
internal import ServiceLifecycle
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Topology

/// Who may speak to the process: one gatekeeper for operations and API alike, on the settings of the cluster.
struct Doorkeeper: Sendable {
    let gatekeeper: Gatekeeper

    /// The doorkeeper of a cluster. `token` is what commands and processes of the cluster show; without it, where one is needed, it is the
    /// one in the data directory.
    init(_ cluster: ClusterSettings, token: String?, metrics: MetricsRegistry, logger: Logger) throws {
        var settings = AccessSettings(isRequired: cluster.isAuthenticationRequired)
        if settings.isRequired {
            settings.machineToken = try token.map { Secret($0) } ?? MachineToken.of(cluster.data)
            settings.perPrincipal = cluster.limits.principal.map { RateLimit(perSecond: Double($0), burst: 2 * $0) }
            settings.perAddress = cluster.limits.address.map { RateLimit(perSecond: Double($0), burst: 2 * $0) }
            settings.tokens = cluster.tokens.map { TokenRules($0) }
        }
        let counters = Doorkeeper.reasons.map { reason in
            (reason, metrics.counter("logins_refused_total", "requests whose sender was not known", ["reason": reason]))
        }
        let byReason = Dictionary(uniqueKeysWithValues: counters)
        gatekeeper = Gatekeeper(settings) { event in
            switch event {
            case .refused(let reason): byReason[reason]?.add()
            case .worthSaying(let count, let reason, let address, let correlation):
                logger.warning(
                    "logins refused", [.count: "\(count)", .reason: reason, .address: address, .correlation: correlation ?? ""])
            }
        }
    }

    private static let reasons = ["nothing", "key", "token"] + TokenRefusal.allCases.map(\.rawValue)

    /// What is asked of the process itself and needs an admin; whether it lives and is well is open to all.
    private static let operations: Set = ["ops", "metrics"]

    /// Whether a request goes on to whom it is for.
    enum Judgement {
        case refused(HTTPResponse)
        /// It does, on behalf of that user where it is about the process itself.
        case passes(by: String?)
    }

    /// Judges a request about the process itself; others are judged where they go. Where nobody has to say who they are everybody may, but
    /// no web page: a browser that was led here says where from.
    func judge(_ request: HTTPRequest) -> Judgement {
        guard let first = request.segments.first, Doorkeeper.operations.contains(first) else { return .passes(by: nil) }
        let admission = admit(request)
        let user: String?
        switch admission.decision {
        case .limited:
            return .refused(admission.refused(request, 429, "RATE_LIMITED", "too many requests; wait as long as Retry-After says"))
        case .unknown:
            var response = admission.refused(
                request, 401, "UNAUTHORIZED",
                "\(request.path) needs the header `Authorization: Bearer …` with an API key or a token; LINEHAUL_TOKEN gives the commands theirs"
            )
            response.headers["WWW-Authenticate"] = "Bearer"
            return .refused(response)
        case .admitted(let principal):
            user = principal.userID
            guard principal.may(.administer), principal.carrierID == nil else {
                return .refused(
                    admission.refused(request, 403, "FORBIDDEN", "\(request.path) needs the role ADMIN, limited to no carrier"))
            }
        }
        if request.method != "GET", request.method != "HEAD", request.headers["Origin"] != nil {
            return .refused(
                .refusal(
                    403, code: "FORBIDDEN", "a web page may not change what runs here; use the command line",
                    correlation: request.correlationID))
        }
        return .passes(by: user)
    }

    /// Who a request to the API is from, or why it is not let in.
    func identify(_ request: HTTPRequest) -> Identified {
        if !gatekeeper.isRequired { return Surroundings.asserted(request) }
        let admission = admit(request)
        let headers = admission.allowance?.headers ?? []
        switch admission.decision {
        case .admitted(let principal):
            let standing = gatekeeper.standing(of: admission, for: Doorkeeper.credentials(of: request))
            return Identified(.success(principal), headers: headers, stays: { standing.holds(at: SystemClock.now()) })
        case .limited:
            return Identified(
                .failure(Freight.Refusal(429, "RATE_LIMITED", "too many requests; wait as long as Retry-After says")), headers: headers)
        case .unknown:
            return Identified(
                .failure(
                    Freight.Refusal(
                        401, "UNAUTHORIZED", "send `Authorization: Bearer …` with a token, or an API key in it or in `X-API-Key`")),
                headers: headers + [("WWW-Authenticate", "Bearer")])
        }
    }

    /// What keeps it informed: the keys there are, and whose tokens are taken.
    func services(_ log: any EventLog, _ cluster: ClusterSettings, _ logger: Logger) -> [any Service] {
        guard gatekeeper.isRequired else { return [] }
        let follower = Mutex(KeyFollower(log, gatekeeper, logger))
        var services: [any Service] = [
            PeriodicService(
                "api-keys", every: .milliseconds(200), last: { follower.withLock { $0.close() } }, { follower.withLock { $0.look() } })
        ]
        if let place = cluster.tokens?.keys {
            let reader = Mutex(KeySetReader(place, gatekeeper, logger))
            services.append(PeriodicService("token-keys", every: .seconds(1)) { reader.withLock { $0.look() } })
        }
        return services
    }

    /// Has the keys of the issuer of tokens read anew.
    func renewKeySet() { gatekeeper.renewKeySet() }

    /// What becomes of a request at the door.
    func admit(_ request: HTTPRequest) -> Admission {
        gatekeeper.admit(
            Doorkeeper.credentials(of: request), from: request.peer, now: SystemClock.now(), correlation: request.correlationID)
    }

    private static func credentials(of request: HTTPRequest) -> Credentials { Credentials { request.headers[$0] } }
}

extension Admission {
    fileprivate func refused(_ request: HTTPRequest, _ status: Int, _ code: String, _ message: String) -> HTTPResponse {
        var response = HTTPResponse.refusal(status, code: code, message, correlation: request.correlationID)
        for (name, value) in allowance?.headers ?? [] { response.headers[name] = value }
        return response
    }
}

extension TokenRules {
    fileprivate init(_ tokens: ClusterSettings.Tokens) {
        self.init(issuer: tokens.issuer, audience: tokens.audience)
        skew = .init(tokens.skew)
        userClaim = tokens.userClaim
        roleClaim = tokens.roleClaim
        carrierClaim = tokens.carrierClaim
        driverClaim = tokens.driverClaim
    }
}
