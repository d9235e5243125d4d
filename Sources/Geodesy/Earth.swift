/// The Earth as a sphere, and the units of its edges.
///
/// A sphere, not an ellipsoid: what is decided here are hundreds of metres beside a line and shares of a route, where the sphere's error of
/// half a percent is less than a receiver's noise; lengths of routes are compared only with lengths on the same sphere.
public enum Earth {
    /// The mean radius of the WGS 84 ellipsoid, `(2a + b) / 3`, in metres.
    public static let radiusMeters = 6_371_008.8
    /// Metres in a degree of a great circle.
    public static let metersPerDegree = radiusMeters * .pi / 180
    /// Metres in a mile: what lengths on the wire are divided by.
    public static let metersPerMile = 1_609.344
}
