/// A circle on the ground: a facility, a rest area.
public struct GeoCircle: Hashable, Sendable, BitwiseCopyable {
    /// Its middle.
    public let center: GeoPoint
    /// Its radius, in metres.
    public let radiusMeters: Double

    /// A circle of those parts.
    public init(center: GeoPoint, radiusMeters: Double) {
        self.center = center
        self.radiusMeters = radiusMeters
    }

    /// Whether a place lies in it or on its edge.
    public func contains(_ place: GeoPoint) -> Bool { center.distance(to: place) <= radiusMeters }
}
