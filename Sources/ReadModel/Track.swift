public import StreamCore

/// Which part of a vehicle's way.
public struct TrackQuery: Hashable, Sendable {
    /// The vehicle's id.
    public var vehicleID: String
    /// The first instant, included.
    public var from: EventTime
    /// The last instant, included.
    public var until: EventTime
    /// At most so many points, or buckets.
    public var limit: Int

    /// A query of those parts.
    public init(_ vehicleID: String, from: EventTime, until: EventTime, limit: Int = 1_000) {
        self.vehicleID = vehicleID
        self.from = from
        self.until = until
        self.limit = limit
    }
}

/// Where a vehicle was at one instant. There is one for each instant: the first that was told.
public struct TrackPoint: Hashable, Sendable {
    /// When.
    public var time: EventTime
    /// Degrees north.
    public var latitude: Double
    /// Degrees east.
    public var longitude: Double
    /// Miles an hour.
    public var speed: Double?
    /// Degrees from north.
    public var heading: Double?
    /// Percent of the tank.
    public var fuelLevel: Double?
    /// Miles gone.
    public var odometer: Double?
    /// Hours run.
    public var engineHours: Double?

    /// A point of those parts.
    public init(
        time: EventTime, latitude: Double, longitude: Double, speed: Double? = nil, heading: Double? = nil, fuelLevel: Double? = nil,
        odometer: Double? = nil, engineHours: Double? = nil
    ) {
        self.time = time
        self.latitude = latitude
        self.longitude = longitude
        self.speed = speed
        self.heading = heading
        self.fuelLevel = fuelLevel
        self.odometer = odometer
        self.engineHours = engineHours
    }
}

/// A part of what a track query found, the newest first.
public struct TrackPage: Hashable, Sendable {
    /// The points.
    public let points: [TrackPoint]
    /// How many there are in all.
    public let total: Int

    /// A page of those points.
    public init(points: [TrackPoint], total: Int) {
        self.points = points
        self.total = total
    }
}

/// What a vehicle did within one interval; intervals are counted from 1970.
public struct TrackBucket: Hashable, Sendable {
    /// When the interval begins.
    public var at: EventTime
    /// How many points are in it.
    public var count: Int
    /// Miles an hour, over the points that have it.
    public var averageSpeed: Double?
    /// Miles an hour, over the points that have it.
    public var maxSpeed: Double?
    /// From point to point within the interval, over the ground.
    public var distanceMiles: Double
    /// Where the last point is: degrees north.
    public var latitude: Double
    /// And degrees east.
    public var longitude: Double

    /// A bucket of those figures.
    public init(
        at: EventTime, count: Int, averageSpeed: Double?, maxSpeed: Double?, distanceMiles: Double, latitude: Double, longitude: Double
    ) {
        self.at = at
        self.count = count
        self.averageSpeed = averageSpeed
        self.maxSpeed = maxSpeed
        self.distanceMiles = distanceMiles
        self.latitude = latitude
        self.longitude = longitude
    }
}
