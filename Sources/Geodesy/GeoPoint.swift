internal import Glibc
public import StreamCore

/// A place on the Earth, in degrees north and east.
public struct GeoPoint: Hashable, Sendable, BitwiseCopyable {
    /// Degrees north of the equator, −90 to 90.
    public let latitude: Double
    /// Degrees east of Greenwich, −180 to 180.
    public let longitude: Double

    /// A place whose degrees are known to be in range.
    public init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// A place out of numbers from outside; `nil` for what is none.
    public init?(checking latitude: Double, _ longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.init(latitude: latitude, longitude: longitude)
    }

    /// The same place to a millionth of a degree (11 cm): what events carry.
    public var rounded: GeoPoint { GeoPoint(latitude: (latitude * 1e6).rounded() / 1e6, longitude: (longitude * 1e6).rounded() / 1e6) }

    /// The place so many metres north and east of here, for short ways: noise, a facility beside a town.
    public func moved(north: Double, east: Double) -> GeoPoint {
        GeoPoint(
            latitude: latitude + north / Earth.metersPerDegree,
            longitude: longitude + east / (Earth.metersPerDegree * cos(latitude * .pi / 180)))
    }

    /// The great-circle distance in metres, exact to rounding for near places and antipodes alike (Vincenty 1975, on the sphere).
    public func distance(to other: GeoPoint) -> Double {
        let angle = SphereVector(self).cross(SphereVector(other)).length
        return atan2(angle, SphereVector(self).dot(SphereVector(other))) * Earth.radiusMeters
    }

    /// The course to start with towards another place, in degrees from north, `[0, 360)`.
    public func bearing(to other: GeoPoint) -> Double {
        let (here, there) = (latitude * .pi / 180, other.latitude * .pi / 180)
        let turn = (other.longitude - longitude) * .pi / 180
        let degrees = atan2(sin(turn) * cos(there), cos(here) * sin(there) - sin(here) * cos(there) * cos(turn)) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }
}

/// Stored to the last bit: what is judged after a restart is judged by the same place as before.
extension GeoPoint: Storable {
    public func store(into writer: inout ByteWriter) {
        latitude.store(into: &writer)
        longitude.store(into: &writer)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        let (latitude, longitude) = (try Double(from: &reader, version: version), try Double(from: &reader, version: version))
        guard let point = GeoPoint(checking: latitude, longitude) else {
            throw DecodeFailure("a place at \(latitude), \(longitude) degrees, which is nowhere on Earth")
        }
        self = point
    }

    public var json: JSON { .object(["latitude": .number(rounded.latitude), "longitude": .number(rounded.longitude)]) }
}
