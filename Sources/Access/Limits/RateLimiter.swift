public import StreamCore

/// How many requests somebody may make: `perSecond` in the long run, `burst` at once.
public struct RateLimit: Hashable, Sendable {
    /// Requests a second.
    public var perSecond: Double
    /// Requests at once, after a pause.
    public var burst: Int

    /// A limit of those figures; both at least a little above zero.
    public init(perSecond: Double, burst: Int) {
        self.perSecond = max(perSecond, 0.001)
        self.burst = max(burst, 1)
    }
}

/// What a request that was counted is told.
public struct Allowance: Hashable, Sendable {
    /// Whether it may go on.
    public let isAllowed: Bool
    /// How many requests may be made at once.
    public let limit: Int
    /// How many more may be made now.
    public let remaining: Int
    /// Whole seconds until all of them may be made again, rounded up.
    public let resetSeconds: Int
    /// Whole seconds, rounded up and at least one, after which one more is allowed; `nil` where this one is.
    public let retrySeconds: Int?

    /// The header fields that say so: those of the IETF's draft on rate limits, and `Retry-After`.
    public var headers: [(name: String, value: String)] {
        var headers = [
            (name: "RateLimit-Limit", value: "\(limit)"), (name: "RateLimit-Remaining", value: "\(remaining)"),
            (name: "RateLimit-Reset", value: "\(resetSeconds)"),
        ]
        if let retrySeconds { headers.append((name: "Retry-After", value: "\(retrySeconds)")) }
        return headers
    }
}

/// Token buckets by name: of a principal, of an address. Time is a parameter; memory is bounded.
///
/// Buckets are kept in two generations: when the younger one is full the older one is forgotten, so who was not heard of while half the
/// limit of others was begins with a full bucket again.
public struct RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: EventTime
    }

    private let limit: RateLimit
    private let generation: Int
    private var young: [String: Bucket] = [:]
    private var old: [String: Bucket] = [:]

    /// A limiter of that limit that remembers at most `most` names.
    public init(_ limit: RateLimit, most: Int = 20_000) {
        self.limit = limit
        generation = max(most / 2, 1)
    }

    /// How many names are remembered.
    public var count: Int { young.count + old.count }

    /// Counts a request of that name, unless it is one too many.
    public mutating func take(_ name: String, now: EventTime) -> Allowance {
        var bucket = bucket(name, now: now)
        let isAllowed = bucket.tokens >= 1
        if isAllowed { bucket.tokens -= 1 }
        keep(bucket, name)
        return allowance(bucket, isAllowed)
    }

    /// Whether a request of that name would be allowed; counts nothing.
    public func peek(_ name: String, now: EventTime) -> Allowance {
        let bucket = bucket(name, now: now)
        return allowance(bucket, bucket.tokens >= 1)
    }

    private func bucket(_ name: String, now: EventTime) -> Bucket {
        guard let known = young[name] ?? old[name] else { return Bucket(tokens: Double(limit.burst), at: now) }
        // A clock that goes back gives nothing and takes nothing.
        let seconds = max(0, Double(now.since(known.at).microseconds) / 1_000_000)
        return Bucket(tokens: min(Double(limit.burst), known.tokens + seconds * limit.perSecond), at: max(known.at, now))
    }

    private mutating func keep(_ bucket: Bucket, _ name: String) {
        if young[name] == nil {
            if young.count >= generation { (old, young) = (young, [:]) }
            old[name] = nil
        }
        young[name] = bucket
    }

    private func allowance(_ bucket: Bucket, _ isAllowed: Bool) -> Allowance {
        let missing = (Double(limit.burst) - bucket.tokens) / limit.perSecond
        let wait = (1 - bucket.tokens) / limit.perSecond
        return Allowance(
            isAllowed: isAllowed, limit: limit.burst, remaining: Int(bucket.tokens), resetSeconds: Int(missing.rounded(.up)),
            retrySeconds: isAllowed ? nil : max(1, Int(wait.rounded(.up))))
    }
}
