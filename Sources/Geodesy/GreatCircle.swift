internal import Glibc

/// The shortest way between two places, and positions beside it.
public struct GreatCircle: Sendable {
    /// Its length, in metres.
    public let length: Double
    private let start: SphereVector
    private let ahead: SphereVector
    private let left: SphereVector

    /// The way from one place to another; the two are neither the same nor antipodes.
    public init(from: GeoPoint, to: GeoPoint) {
        start = SphereVector(from)
        left = start.cross(SphereVector(to)).normalized
        ahead = left.cross(start)
        length = from.distance(to: to)
    }

    /// Where one is after `travelled` metres, `aside` metres to the left of the way (negative: to its right).
    public func point(travelled: Double, aside: Double = 0) -> GeoPoint {
        let along = travelled / Earth.radiusMeters
        let off = aside / Earth.radiusMeters
        return ((start * cos(along) + ahead * sin(along)) * cos(off) + left * sin(off)).point
    }

    /// The course over ground there in degrees from north, `[0, 360)`, turned left by the slope with which one leaves the way.
    public func heading(travelled: Double, slope: Double) -> Double {
        let along = travelled / Earth.radiusMeters
        let here = start * cos(along) + ahead * sin(along)
        let course = (ahead * cos(along) + start * -sin(along)) + left * slope
        let east = SphereVector(x: -here.y, y: here.x, z: 0).normalized
        let north = here.cross(east)
        let degrees = atan2(course.dot(east), course.dot(north)) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }
}
