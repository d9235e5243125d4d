internal import Glibc

/// The plane around a place: metres east and north of it (equirectangular, Snyder, "Map Projections", USGS 1395, section 12).
///
/// Straight lines in degrees stay straight, so a GeoJSON line keeps the shape that RFC 7946 gives it; what is near the place has its true
/// distance, and what is 50 km away is wrong by less than a percent.
struct LocalPlane {
    private let origin: GeoPoint
    private let metersPerDegreeEast: Double

    init(at origin: GeoPoint) {
        self.origin = origin
        metersPerDegreeEast = Earth.metersPerDegree * cos(origin.latitude * .pi / 180)
    }

    /// Where `point` lies; the shorter way around the Earth where it crosses the antimeridian.
    func position(of point: GeoPoint) -> (east: Double, north: Double) {
        var degrees = point.longitude - origin.longitude
        if degrees > 180 { degrees -= 360 } else if degrees < -180 { degrees += 360 }
        return (degrees * metersPerDegreeEast, (point.latitude - origin.latitude) * Earth.metersPerDegree)
    }
}
