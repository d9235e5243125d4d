internal import Glibc

/// A vector in space, the Earth's centre its origin, its radius the unit.
public struct SphereVector: Hashable, Sendable, BitwiseCopyable {
    var x: Double
    var y: Double
    var z: Double

    init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The direction of a place: a vector of length 1.
    public init(_ point: GeoPoint) {
        let latitude = point.latitude * .pi / 180
        let longitude = point.longitude * .pi / 180
        self.init(x: cos(latitude) * cos(longitude), y: cos(latitude) * sin(longitude), z: sin(latitude))
    }

    /// The straight line through the Earth to another place, in radii: never longer than the way over its surface, and unlike that found
    /// without a trigonometric function.
    public func chord(to other: SphereVector) -> Double { (self + other * -1).length }

    var length: Double { dot(self).squareRoot() }
    var normalized: SphereVector { self * (1 / length) }
    var point: GeoPoint { GeoPoint(latitude: atan2(z, (x * x + y * y).squareRoot()) * 180 / .pi, longitude: atan2(y, x) * 180 / .pi) }
    func dot(_ other: SphereVector) -> Double { x * other.x + y * other.y + z * other.z }
    func cross(_ other: SphereVector) -> SphereVector {
        SphereVector(x: y * other.z - z * other.y, y: z * other.x - x * other.z, z: x * other.y - y * other.x)
    }
    static func + (a: SphereVector, b: SphereVector) -> SphereVector { SphereVector(x: a.x + b.x, y: a.y + b.y, z: a.z + b.z) }
    static func * (a: SphereVector, factor: Double) -> SphereVector { SphereVector(x: a.x * factor, y: a.y * factor, z: a.z * factor) }
}
