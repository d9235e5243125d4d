public import Access
public import Freight
public import HTTPServer
public import Metrics
public import ReadModel
public import StructuredLog

/// What the composition root gives the gateway: where it serves, and what a process knows of itself.
public struct Surroundings: Sendable {
    /// Where it serves.
    public var mount: HTTPMount
    /// What this process is known by: answers to its commands come back under that name.
    public var instance: String
    /// The program's version.
    public var version: String
    /// The origins whose web pages may use it.
    public var origins: Set<String>
    /// Ten random bytes, others at each call.
    public var entropy: @Sendable () -> Entropy
    /// Who a request is from, and what is said in its answer's header of how much more they may ask.
    public var identify: @Sendable (HTTPRequest) -> Identified
    /// What lists, searches, tracks and the dashboard are answered from where databases are bound, over what the process has in memory.
    public var readModel: @Sendable (any ReadModel) -> any ReadModel = { $0 }
    /// Why this process can carry out no change now, whatever the log takes; nil while it can. Asked at each change.
    public var obstacle: @Sendable () -> Refusal? = { nil }
    /// Where it counts.
    public var metrics: MetricsRegistry
    /// Where it says what has changed.
    public var logger: Logger

    /// Surroundings of those parts. Without `identify` everybody is who they say, in `X-User-Id`.
    public init(
        mount: HTTPMount, instance: String, version: String, origins: Set<String>, entropy: @escaping @Sendable () -> Entropy,
        identify: @escaping @Sendable (HTTPRequest) -> Identified = Surroundings.asserted,
        metrics: MetricsRegistry, logger: Logger
    ) {
        self.mount = mount
        self.instance = instance
        self.version = version
        self.origins = origins
        self.entropy = entropy
        self.identify = identify
        self.metrics = metrics
        self.logger = logger
    }

    /// Everybody, under the name that the header `X-User-Id` gives.
    public static let asserted: @Sendable (HTTPRequest) -> Identified = { request in
        let name = request.headers["X-User-Id"].flatMap { $0.isEmpty ? nil : $0 }
        if let name, name.utf8.count > 200 { return Identified(.failure(.invalid("X-User-Id", "must have at most 200 bytes"))) }
        return Identified(.success(.anybody(named: name)))
    }
}

/// Who a request is from, or why it is not let in.
public struct Identified: Sendable {
    /// Who, or why not.
    public let result: Result<Access.Principal, Refusal>
    /// Header fields of its answer: what is left of an allowance, when to come again.
    public let headers: [(name: String, value: String)]
    /// Whether what the request showed is still good: asked now and then while its answer goes on.
    public let stays: @Sendable () -> Bool

    /// A finding of those parts; what was shown stays good unless `stays` says otherwise.
    public init(
        _ result: Result<Access.Principal, Refusal>, headers: [(name: String, value: String)] = [],
        stays: @escaping @Sendable () -> Bool = { true }
    ) {
        self.result = result
        self.headers = headers
        self.stays = stays
    }
}
