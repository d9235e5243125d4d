public import Geodesy

/// A place that ways begin at, end at and go through: a city, a terminal, a junction.
public struct Place: Hashable, Sendable {
    /// Its name in requests and segments: `LOC_HOUSTON`.
    public let id: String
    /// Its name for people, where it has one.
    public let name: String?
    /// Where it is.
    public let point: GeoPoint

    /// A place of those parts.
    public init(id: String, name: String?, point: GeoPoint) {
        self.id = id
        self.name = name
        self.point = point
    }
}
