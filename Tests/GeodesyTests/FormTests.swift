import Geodesy
import StreamCore
import StreamTesting
import Testing
import Wire

@Suite struct FormTests {
    private func randomWay(_ random: inout SeededGenerator, scale: Double) throws -> Polyline {
        let vertices = (0..<Int.random(in: 2...60, using: &random)).map { _ in
            GeoPoint(
                latitude: (Double.random(in: -90...90, using: &random) * scale).rounded() / scale,
                longitude: (Double.random(in: -180...180, using: &random) * scale).rounded() / scale)
        }
        return try #require(Polyline(vertices))
    }

    @Test(arguments: Polyline.Precision.allCases, 0..<50)
    func `an encoded polyline comes back as it went`(precision: Polyline.Precision, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let way = try randomWay(&random, scale: precision == .five ? 1e5 : 1e6)
        let text = way.encoded(precision)
        #expect(try Polyline(encoded: text, precision) == way)
        #expect(try Polyline(encoded: text, precision).encoded(precision) == text)
    }

    @Test func `the encoded polyline is the one of its documentation`() throws {
        let way = try #require(
            Polyline([
                GeoPoint(latitude: 38.5, longitude: -120.2), GeoPoint(latitude: 40.7, longitude: -120.95),
                GeoPoint(latitude: 43.252, longitude: -126.453),
            ]))
        #expect(way.encoded(.five) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@")
        #expect(try Polyline(encoded: "_p~iF~ps|U_ulLnnqC_mqNvxq`@", .five) == way)
    }

    @Test(arguments: ["", "_p~iF~ps|U", "_p~iF~ps|U_ulLnnq", "_p~iF~ps|U_ulL", "_p~iF ~ps|U", "~~~~~~~~~~~~~~", "é"])
    func `what is no encoded polyline is refused`(text: String) {
        for precision in Polyline.Precision.allCases {
            #expect(throws: DecodeFailure.self) { try Polyline(encoded: text, precision) }
        }
    }

    @Test(arguments: 0..<20) func `random letters are a way or are refused, never more`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let text = String(decoding: random.bytes(Int.random(in: 0...40, using: &random)).map { 63 + $0 % 64 }, as: UTF8.self)
            if let way = try? Polyline(encoded: text, .six) {
                #expect(way.vertices.count >= 2 && way.length.isFinite)
            }
        }
    }

    @Test(arguments: 0..<20) func `GeoJSON and the stored form keep a way`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let way = try randomWay(&random, scale: 1e7)
        #expect(try Polyline(geoJSON: way.geoJSON) == way)
        var writer = ByteWriter()
        way.store(into: &writer)
        #expect(try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in try Polyline(from: &reader, version: 1) } == way)
        let exact = GeoPoint(latitude: .random(in: -90...90, using: &random), longitude: .random(in: -180...180, using: &random))
        var place = ByteWriter()
        exact.store(into: &place)
        #expect(try ByteReader.read(place.bytes) { reader throws(DecodeFailure) in try GeoPoint(from: &reader, version: 1) } == exact)
    }

    @Test(arguments: [
        "null", #"{"type": "Point", "coordinates": [1, 2]}"#, #"{"type": "LineString"}"#,
        #"{"type": "LineString", "coordinates": [[1, 2]]}"#, #"{"type": "LineString", "coordinates": [[1, 2], [3]]}"#,
        #"{"type": "LineString", "coordinates": [[1, 2], [3, 91]]}"#, #"{"type": "LineString", "coordinates": [[1, 2], ["3", "4"]]}"#,
    ])
    func `what is no LineString is refused`(text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: DecodeFailure.self) { try Polyline(geoJSON: json) }
    }

    @Test func `a position may have an altitude`() throws {
        let line = try JSON(parsing: #"{"type": "LineString", "coordinates": [[-98, 38.5, 400], [-97, 38.5, 380]]}"#)
        #expect(try Polyline(geoJSON: line).start == GeoPoint(latitude: 38.5, longitude: -98))
    }

    @Test(arguments: 0..<10) func `an index of circles finds what asking each of them finds`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var index = CircleIndex<Int>()
        var circles: [Int: GeoCircle] = [:]
        func place(_ random: inout SeededGenerator) -> GeoPoint {
            GeoPoint(
                latitude: .random(in: seed % 2 == 0 ? 30...31 : -0.5...0.5, using: &random),
                longitude: seed % 3 == 0 ? .random(in: 179.5...180, using: &random) : .random(in: -0.5...0.5, using: &random))
        }
        for _ in 0..<60 {
            let name = Int.random(in: 0..<40, using: &random)
            let circle =
                random.chance(0.2) ? nil : GeoCircle(center: place(&random), radiusMeters: .random(in: 100...20_000, using: &random))
            index.set(circle, for: name)
            circles[name] = circle
        }
        for _ in 0..<300 {
            let place = place(&random)
            #expect(index.contains(place) == circles.values.contains { $0.contains(place) })
        }
    }
}
