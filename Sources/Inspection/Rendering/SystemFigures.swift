public import StreamCore

/// What a process says of itself in `/health`; measured by the composition root when asked.
public struct SystemFigures: Sendable {
    /// The share of the machine's processors that it used since it was asked last, 0…1.
    public let processor: Double
    /// Bytes of memory it holds.
    public let memory: Int
    /// Bytes free where its data lies.
    public let diskFree: Int

    /// Figures of those values.
    public init(processor: Double, memory: Int, diskFree: Int) {
        self.processor = processor
        self.memory = memory
        self.diskFree = diskFree
    }

    var json: JSON {
        .object([
            "cpu": .number((processor * 1_000).rounded() / 1_000), "memory_bytes": .integer(Int64(memory)),
            "disk_free_bytes": .integer(Int64(diskFree)),
        ])
    }
}

extension Inspection {
    /// A figure that is measured now and then: one line of `/metrics`.
    public struct Figure: Hashable, Sendable {
        /// The metric's name and what it says.
        public let name, help: String
        /// Its value.
        public let value: Double

        /// A figure of those parts.
        public init(_ name: String, _ help: String, _ value: Double) {
            self.name = name
            self.help = help
            self.value = value
        }
    }
}

/// The state of something that the process leans on.
public struct Dependency: Hashable, Sendable {
    /// What can be said of it.
    public enum Status: String, Hashable, Sendable {
        /// It answers.
        case healthy = "HEALTHY"
        /// It answers, but not as it should.
        case degraded = "DEGRADED"
        /// It does not answer.
        case unhealthy = "UNHEALTHY"
        /// The topology names none.
        case notConfigured = "NOT_CONFIGURED"
    }

    /// Its name in `/health`: `postgres`.
    public let name: String
    /// What can be said of it.
    public let status: Status
    /// How long it took to answer, where it did.
    public let latency: EventTime.Span?
    /// What is wrong with it, without hosts, files or SQL.
    public let detail: String?

    /// The sessions with it, where it is asked through a pool of them.
    public let pool: Pool?

    /// A pool of sessions.
    public struct Pool: Hashable, Sendable {
        /// How many it may have, has and has lent, and how many callers wait for one.
        public let limit, open, lent, waiting: Int

        /// A pool of those figures.
        public init(limit: Int, open: Int, lent: Int, waiting: Int) {
            (self.limit, self.open, self.lent, self.waiting) = (limit, open, lent, waiting)
        }

        var json: JSON {
            .object([
                "limit": .integer(Int64(limit)), "open": .integer(Int64(open)), "lent": .integer(Int64(lent)),
                "waiting": .integer(Int64(waiting)),
            ])
        }
    }

    /// A dependency of those parts.
    public init(_ name: String, _ status: Status, latency: EventTime.Span? = nil, detail: String? = nil, pool: Pool? = nil) {
        self.name = name
        self.status = status
        self.latency = latency
        self.detail = detail
        self.pool = pool
    }

    var json: JSON {
        .object([
            "status": .string(status.rawValue), "latency_ms": latency.map { .number(Double($0.microseconds) / 1_000) },
            "pool": pool?.json, "detail": detail.map { .string($0) },
        ])
    }
}
