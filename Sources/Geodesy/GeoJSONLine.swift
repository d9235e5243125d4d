public import StreamCore

/// A way as GeoJSON's LineString (RFC 7946 section 3.1.4): positions of longitude and latitude, in that order.
extension Polyline {
    /// Reads a LineString geometry; a third number of a position, its altitude, is passed over.
    public init(geoJSON: JSON) throws(DecodeFailure) {
        guard geoJSON["type"]?.string == "LineString", let positions = geoJSON["coordinates"]?.array else {
            throw DecodeFailure("a geometry that is no GeoJSON LineString with coordinates")
        }
        var vertices: [GeoPoint] = []
        vertices.reserveCapacity(positions.count)
        for position in positions {
            guard let numbers = position.array, numbers.count >= 2, let longitude = numbers[0].number, let latitude = numbers[1].number,
                let vertex = GeoPoint(checking: latitude, longitude)
            else { throw DecodeFailure("position \(vertices.count) of a LineString is not [longitude, latitude] in degrees") }
            vertices.append(vertex)
        }
        guard let line = Polyline(vertices) else { throw DecodeFailure("a LineString of \(vertices.count) positions; it takes two") }
        self = line
    }

    /// The way as a LineString geometry.
    public var geoJSON: JSON {
        .object([
            "type": "LineString", "coordinates": .array(vertices.map { .array([.number($0.longitude), .number($0.latitude)]) }),
        ])
    }
}
