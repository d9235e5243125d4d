public import StreamCore

/// A way through two or more places, with the length of way behind each of them.
///
/// Between its vertices it runs as RFC 7946 says: straight in degrees. Vertices are kept to a ten-millionth of a degree, a centimetre, so
/// that its compact stored form is exactly itself. A value; copies share their memory.
public struct Polyline: Hashable, Sendable {
    /// The places it runs through, in order.
    public let vertices: [GeoPoint]
    /// The metres of way behind each vertex; rises, the first is 0.
    let behind: [Double]

    /// A way through those places; `nil` for fewer than two.
    public init?(_ vertices: [GeoPoint]) {
        guard vertices.count >= 2 else { return nil }
        let vertices = vertices.map {
            GeoPoint(latitude: ($0.latitude * 1e7).rounded() / 1e7, longitude: ($0.longitude * 1e7).rounded() / 1e7)
        }
        var behind = [0.0]
        behind.reserveCapacity(vertices.count)
        for (from, to) in zip(vertices, vertices.dropFirst()) { behind.append((behind.last ?? 0) + from.distance(to: to)) }
        self.vertices = vertices
        self.behind = behind
    }

    /// Its length, in metres.
    public var length: Double { behind[behind.count - 1] }

    /// Where it starts.
    public var start: GeoPoint { vertices[0] }

    /// Where it ends.
    public var end: GeoPoint { vertices[vertices.count - 1] }

    /// The place after `along` metres of way; before its start that is the start, past its end the end.
    public func point(along: Double) -> GeoPoint {
        let segment = segment(at: along)
        let length = behind[segment + 1] - behind[segment]
        return place(on: segment, at: length > 0 ? min(1, max(0, (along - behind[segment]) / length)) : 0)
    }

    /// The course of the way after `along` metres, in degrees from north.
    public func heading(along: Double) -> Double {
        let segment = segment(at: along)
        return vertices[segment].bearing(to: vertices[segment + 1])
    }

    /// The segment that `along` lies on; the vertex between two belongs to the later one.
    func segment(at along: Double) -> Int {
        var (low, high) = (0, vertices.count - 2)
        while low < high {
            let middle = (low + high + 1) / 2
            if behind[middle] <= along { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The place at a share of a segment.
    func place(on segment: Int, at share: Double) -> GeoPoint {
        let (from, to) = (vertices[segment], vertices[segment + 1])
        var turn = to.longitude - from.longitude
        if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
        var longitude = from.longitude + turn * share
        if longitude > 180 { longitude -= 360 } else if longitude < -180 { longitude += 360 }
        return GeoPoint(latitude: from.latitude + (to.latitude - from.latitude) * share, longitude: longitude)
    }
}

/// Stored as an encoded polyline of seven decimals: a few bytes a vertex.
extension Polyline: Storable {
    public func store(into writer: inout ByteWriter) {
        writer.varint(UInt64(vertices.count))
        var (north, east) = (Int64(0), Int64(0))
        for vertex in vertices {
            let (nextNorth, nextEast) = (Int64((vertex.latitude * 1e7).rounded()), Int64((vertex.longitude * 1e7).rounded()))
            writer.signed(nextNorth - north)
            writer.signed(nextEast - east)
            (north, east) = (nextNorth, nextEast)
        }
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        var (north, east) = (Int64(0), Int64(0))
        var vertices: [GeoPoint] = []
        let count = try reader.count(ofAtLeast: 2)
        vertices.reserveCapacity(count)
        for _ in 0..<count {
            north &+= try reader.signed()
            east &+= try reader.signed()
            guard let vertex = GeoPoint(checking: Double(north) / 1e7, Double(east) / 1e7) else {
                throw DecodeFailure("vertex \(vertices.count) of a polyline is nowhere on Earth")
            }
            vertices.append(vertex)
        }
        guard let line = Polyline(vertices) else { throw DecodeFailure("a polyline of \(count) vertices; it takes two") }
        self = line
    }

    /// Its ends and its length: a thousand vertices tell people less.
    public var json: JSON {
        .object([
            "start": start.json, "end": end.json, "vertices": .integer(Int64(vertices.count)),
            "length_miles": .number(length / Earth.metersPerMile),
        ])
    }
}
