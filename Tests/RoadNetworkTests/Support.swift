import Foundation
import Geodesy
import RoadNetwork
import StreamCore
import StreamTesting
import Wire

extension RoadNetwork {
    init(_ changes: [NetworkChange]) {
        self.init()
        for change in changes { apply(change) }
    }

    static func shipped() throws -> RoadNetwork { RoadNetwork(try shippedChanges()) }

    static func shippedPlaces() throws -> [String] {
        try shippedChanges().compactMap { change in if case .place(let place) = change { place.id } else { nil } }
    }

    static func shippedChanges() throws -> [NetworkChange] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: folder.appending(path: "topology/network.ndjson"), encoding: .utf8)
        return try changes(text.split(separator: "\n").map { (nil, String($0)) })
    }

    /// What a decoder makes of those values, each with a key or none; without a value: a tombstone.
    static func changes(_ records: [(key: String?, value: String?)]) throws -> [NetworkChange] {
        var builder = BatchBuilder()
        for record in records {
            builder.append(
                key: record.key.map { Array($0.utf8) }, value: record.value.map { Array($0.utf8) }, time: EventTime(microseconds: 0))
        }
        let batch = builder.finish()
        var decoder = NetworkChangeDecoder()
        var changes: [NetworkChange] = []
        for index in 0..<batch.count { if let change = try decoder.decode(index, of: batch) { changes.append(change) } }
        return changes
    }

    /// Places anywhere in a square of a few degrees, and segments between some of them, a few closed, dense, barred or without toll.
    static func random(_ random: inout SeededGenerator, places: Int, segments: Int) -> (network: RoadNetwork, segments: [Segment]) {
        let points = (0..<places).map { _ in
            GeoPoint(latitude: .random(in: 30...40, using: &random), longitude: .random(in: -100...(-80), using: &random))
        }
        var network = RoadNetwork(points.enumerated().map { .place(Place(id: "P\($0)", name: nil, point: $1)) })
        let made = (0..<segments).map { number in
            let (from, to) = (Int.random(in: 0..<places, using: &random), Int.random(in: 0..<places, using: &random))
            let miles = points[from].distance(to: points[to]) / 1609.344 * .random(in: 1...2, using: &random)
            return Segment(
                id: "S\(number)", from: "P\(from)", to: "P\(to)", distanceMiles: miles,
                durationMinutes: miles * .random(in: 0.9...1.5, using: &random),
                tollCents: random.chance(0.3) ? .random(in: 100...9000, using: &random) : 0,
                traffic: TrafficLevel.allCases.randomElement(using: &random) ?? .low,
                restrictions: Restrictions(
                    maxHeight: random.chance(0.1) ? 12 : nil, maxWeight: random.chance(0.1) ? 60_000 : nil,
                    forbidsHazmat: random.chance(0.1)),
                isClosed: random.chance(0.1))
        }
        for segment in made { network.apply(.segment(segment)) }
        return (network, made)
    }
}
