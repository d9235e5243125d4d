/// A road from one place to another, in that direction alone.
public struct Segment: Hashable, Sendable {
    /// Its name in requests: `SEG_HOUSTON_DALLAS`.
    public let id: String
    /// The place that it leaves.
    public let from: String
    /// The place that it reaches.
    public let to: String
    /// Its length in miles.
    public var distanceMiles: Double
    /// How long it takes in low traffic, in minutes.
    public var durationMinutes: Double
    /// What using it takes, in cents.
    public var tollCents: Int64
    /// How dense its traffic is now.
    public var traffic: TrafficLevel
    /// What it lets through.
    public var restrictions: Restrictions
    /// Whether it lets nothing through for now.
    public var isClosed: Bool

    /// A segment of those parts.
    public init(
        id: String, from: String, to: String, distanceMiles: Double, durationMinutes: Double, tollCents: Int64 = 0,
        traffic: TrafficLevel = .low, restrictions: Restrictions = Restrictions(), isClosed: Bool = false
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.distanceMiles = distanceMiles
        self.durationMinutes = durationMinutes
        self.tollCents = tollCents
        self.traffic = traffic
        self.restrictions = restrictions
        self.isClosed = isClosed
    }
}
