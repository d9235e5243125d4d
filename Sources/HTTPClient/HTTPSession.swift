internal import Synchronization

/// Makes HTTP requests and waits for their answers: for the thread of a door or a tool, never for the cooperative pool.
///
/// Any number of threads may use one session; connections are kept and used again. A request that is not idempotent is sent once.
/// Certificates are verified against the system's. Redirects are answers, not followed. The environment's proxy (`https_proxy` and so on) is used, but not to reach this machine.
public final class HTTPSession: Sendable {
    private let idle = Mutex<[CurlSession]>([])
    /// How many handles with their connections are kept; more callers at a time connect anew.
    private static let idleLimit = 8
    private let trustFile: String?
    private let bodyLimit: Int
    private let reach: HTTPReach

    /// A session. `trustFile` holds PEM certificates to trust instead of the system's; `bodyLimit` is in bytes, of an answer; `reach` says
    /// which addresses it connects to.
    public init(trustFile: String? = nil, bodyLimit: Int = 64 * 1024 * 1024, reach: HTTPReach = .anywhere) {
        self.trustFile = trustFile
        self.bodyLimit = bodyLimit
        self.reach = reach
    }

    /// Sends, and returns the whole answer.
    public func send(_ request: HTTPClientRequest) throws(HTTPClientFailure) -> HTTPClientResponse {
        try perform(request, isStream: false) { _ in true }
    }

    /// Sends, and gives each piece of the answer's body as it arrives, until the answer ends or `onBytes` returns `false`.
    ///
    /// Pieces are cut anywhere. Only a body of status 2xx is streamed: that of an error is the response's, whole, so that what is
    /// streamed is always what was asked for. A live tail wants no `totalTimeout`.
    public func stream(
        _ request: HTTPClientRequest, onBytes: ([UInt8]) -> Bool
    ) throws(HTTPClientFailure) -> HTTPClientResponse {
        try perform(request, isStream: true, onBytes)
    }

    private func perform(
        _ request: HTTPClientRequest, isStream: Bool, _ onBytes: ([UInt8]) -> Bool
    ) throws(HTTPClientFailure) -> HTTPClientResponse {
        var body: [UInt8] = []
        var isTooLarge = false
        let head = try withSession(request) { status, bytes in
            if isStream, (200...299).contains(status) { return onBytes(bytes) }
            isTooLarge = body.count + bytes.count > bodyLimit
            if !isTooLarge { body += bytes }
            return !isTooLarge
        }
        if isTooLarge {
            let origin = origin(of: request.url)
            throw HTTPClientFailure(
                kind: .tooLarge, origin: origin, reason: "reading from \(origin): the answer passes \(bodyLimit) bytes")
        }
        return HTTPClientResponse(status: head.status, headers: head.headers, body: body)
    }

    private func withSession(
        _ request: HTTPClientRequest, _ take: (_ status: Int, [UInt8]) -> Bool
    ) throws(HTTPClientFailure) -> CurlHead {
        guard let curl = idle.withLock({ $0.popLast() }) ?? CurlSession() else {
            throw HTTPClientFailure(kind: .other, origin: origin(of: request.url), reason: "starting a request: out of memory")
        }
        defer { idle.withLock { if $0.count < Self.idleLimit { $0.append(curl) } } }
        return try curl.perform(request, trusting: trustFile, reaching: reach, take)
    }
}

/// The scheme, host and port of a URL; without user, password, path and query, which may be secret.
func origin(of url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return String(url.prefix { $0 != "/" && $0 != "?" }) }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return "\(url[..<scheme.upperBound])\(authority.split(separator: "@").last ?? authority)"
}
