public import StreamCore

/// Answers lists, searches, tracks and the dashboard: from what a process keeps in memory, or from a database. `ReadModelConformance` says
/// what each has to answer.
///
/// Calls may block: they are made on threads that may. What is found is committed and may trail by a second.
public protocol ReadModel: Sendable {
    /// A page of the entities that a query asks for.
    func page(_ query: EntityQuery) throws(ReadFailure) -> EntityPage

    /// A vehicle's points, the newest first.
    func track(_ query: TrackQuery) throws(ReadFailure) -> TrackPage

    /// A vehicle's points by interval, the newest first.
    func buckets(_ query: TrackQuery, every interval: EventTime.Span) throws(ReadFailure) -> [TrackBucket]

    /// The figures of a dashboard.
    func dashboard(_ query: DashboardQuery) throws(ReadFailure) -> DashboardFigures

    /// How a carrier or a driver did.
    func performance(_ query: PerformanceQuery) throws(ReadFailure) -> PerformanceFigures
}

/// Why a read model does not answer.
public struct ReadFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// As far as callers act on it.
    public enum Kind: Hashable, Sendable {
        /// What it reads from is away, and comes back by itself.
        case unavailable
        /// It took too long.
        case timedOut
    }

    /// What kind of failure.
    public let kind: Kind
    /// What does not answer, by its name in `/health`; `nil` where it is the process itself.
    public let dependency: String?
    /// What happened, for a log; without SQL, hosts and passwords.
    public let description: String

    /// A failure of that kind.
    public init(_ kind: Kind, of dependency: String? = nil, _ description: String) {
        self.kind = kind
        self.dependency = dependency
        self.description = description
    }
}
