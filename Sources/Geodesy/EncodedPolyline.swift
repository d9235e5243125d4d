public import StreamCore

/// The text form of a way that maps and routers exchange: Google's encoded polyline algorithm, 5 decimals there, 6 with OSRM and Valhalla.
extension Polyline {
    /// How many decimals of a degree an encoded polyline keeps.
    public enum Precision: Int, Sendable, CaseIterable {
        /// 1.1 m: Google's.
        case five = 5
        /// 11 cm: OSRM's and Valhalla's `polyline6`.
        case six = 6

        var scale: Double { self == .five ? 1e5 : 1e6 }
    }

    /// The way as text.
    public func encoded(_ precision: Precision) -> String {
        var text: [UInt8] = []
        var (north, east) = (Int64(0), Int64(0))
        for vertex in vertices {
            let nextNorth = Int64((vertex.latitude * precision.scale).rounded())
            let nextEast = Int64((vertex.longitude * precision.scale).rounded())
            Polyline.append(nextNorth - north, to: &text)
            Polyline.append(nextEast - east, to: &text)
            (north, east) = (nextNorth, nextEast)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads a way from text, at least two vertices on Earth; the failure names the byte or the vertex.
    public init(encoded text: String, _ precision: Precision) throws(DecodeFailure) {
        var bytes = Array(text.utf8)[...]
        var (north, east) = (Int64(0), Int64(0))
        var vertices: [GeoPoint] = []
        while !bytes.isEmpty {
            north &+= try Polyline.number(&bytes)
            east &+= try Polyline.number(&bytes)
            guard let vertex = GeoPoint(checking: Double(north) / precision.scale, Double(east) / precision.scale) else {
                throw DecodeFailure(
                    "vertex \(vertices.count) of an encoded polyline is nowhere on Earth; is its precision \(precision.rawValue)?")
            }
            vertices.append(vertex)
        }
        guard let line = Polyline(vertices) else {
            throw DecodeFailure("an encoded polyline of \(vertices.count) vertices; a way takes two")
        }
        self = line
    }

    private static func append(_ value: Int64, to text: inout [UInt8]) {
        var bits = UInt64(bitPattern: value << 1 ^ (value >> 63))
        while bits >= 0x20 {
            text.append(UInt8(0x20 | bits & 0x1f) + 63)
            bits >>= 5
        }
        text.append(UInt8(bits) + 63)
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) throws(DecodeFailure) -> Int64 {
        var bits: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            guard (63...126).contains(byte), shift <= 35 else {
                throw DecodeFailure(
                    "byte \(bytes.startIndex - 1) of an encoded polyline is none of its letters, or its number does not end")
            }
            bits |= (UInt64(byte - 63) & 0x1f) << shift
            shift += 5
            if byte - 63 < 0x20 { return Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1) }
        }
        throw DecodeFailure("an encoded polyline that ends in the midst of a number")
    }
}
