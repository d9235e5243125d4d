#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A place on the Earth, in degrees north and east.
struct GeoPoint: Hashable, Sendable {
    let latitude: Double
    let longitude: Double

    /// The same place to a millionth of a degree (11 cm): what events carry, so that what is published is what is driven.
    var rounded: GeoPoint { GeoPoint(latitude: (latitude * 1e6).rounded() / 1e6, longitude: (longitude * 1e6).rounded() / 1e6) }

    /// The place so many metres north and east of here, for the short ways of noise and of facilities around a town.
    func moved(north: Double, east: Double) -> GeoPoint {
        GeoPoint(
            latitude: latitude + north / Earth.metersPerDegree,
            longitude: longitude + east / (Earth.metersPerDegree * cos(latitude * .pi / 180)))
    }

    /// The great-circle distance, in metres.
    func distance(to other: GeoPoint) -> Double {
        let angle = Vector(self).cross(Vector(other)).length
        return atan2(angle, Vector(self).dot(Vector(other))) * Earth.radiusMeters
    }
}

/// The Earth as a sphere, and the units of its edges.
enum Earth {
    static let radiusMeters = 6_371_008.8
    static let metersPerDegree = radiusMeters * .pi / 180
    static let metersPerMile = 1_609.344
}

/// The shortest way between two places, and positions beside it.
struct GreatCircle: Sendable {
    /// Its length, in metres.
    let length: Double
    private let start: Vector
    private let ahead: Vector
    private let left: Vector

    /// The way from one place to another; the two are neither the same nor antipodes.
    init(from: GeoPoint, to: GeoPoint) {
        start = Vector(from)
        left = start.cross(Vector(to)).normalized
        ahead = left.cross(start)
        length = from.distance(to: to)
    }

    /// Where one is after `travelled` metres, `aside` metres to the left of the way (negative: to its right).
    func point(travelled: Double, aside: Double = 0) -> GeoPoint {
        let along = travelled / Earth.radiusMeters
        let off = aside / Earth.radiusMeters
        return ((start * cos(along) + ahead * sin(along)) * cos(off) + left * sin(off)).point
    }

    /// The course over ground there in degrees from north, `[0, 360)`, turned left by the slope with which one leaves the way.
    func heading(travelled: Double, slope: Double) -> Double {
        let along = travelled / Earth.radiusMeters
        let here = start * cos(along) + ahead * sin(along)
        let course = (ahead * cos(along) + start * -sin(along)) + left * slope
        let east = Vector(x: -here.y, y: here.x, z: 0).normalized
        let north = here.cross(east)
        let degrees = atan2(course.dot(east), course.dot(north)) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }
}

/// A vector in space, the Earth's centre its origin.
private struct Vector: Sendable {
    var x: Double
    var y: Double
    var z: Double

    init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    init(_ point: GeoPoint) {
        let latitude = point.latitude * .pi / 180
        let longitude = point.longitude * .pi / 180
        self.init(x: cos(latitude) * cos(longitude), y: cos(latitude) * sin(longitude), z: sin(latitude))
    }

    var length: Double { dot(self).squareRoot() }
    var normalized: Vector { self * (1 / length) }
    var point: GeoPoint { GeoPoint(latitude: atan2(z, (x * x + y * y).squareRoot()) * 180 / .pi, longitude: atan2(y, x) * 180 / .pi) }
    func dot(_ other: Vector) -> Double { x * other.x + y * other.y + z * other.z }
    func cross(_ other: Vector) -> Vector {
        Vector(x: y * other.z - z * other.y, y: z * other.x - x * other.z, z: x * other.y - y * other.x)
    }
    static func + (a: Vector, b: Vector) -> Vector { Vector(x: a.x + b.x, y: a.y + b.y, z: a.z + b.z) }
    static func * (a: Vector, factor: Double) -> Vector { Vector(x: a.x * factor, y: a.y * factor, z: a.z * factor) }
}
