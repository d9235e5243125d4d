import Dataflow
import FleetSimulator
import Geodesy
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import RouteDeviation

/// A simulated fleet whose records go through the whole job, and what it said held against the truth.
struct Trial {
    private(set) var trips = 0
    private(set) var hits = 0
    private(set) var misses: [String] = []
    private(set) var falseAlarms: [String] = []
    private(set) var flaps: [String] = []
    private(set) var unbalanced: [String] = []
    /// For each hit, how long it came after the fix at which the rule raises, asked of the fixes that the job has.
    private(set) var delays: [Delay] = []
    /// The same with the rule asked of the true places: a vehicle that drives so close beside the threshold that its fixes lie on both
    /// sides is off by these before anybody can know.
    private(set) var delaysByTruth: [Delay] = []
    private(set) var arrivals = 0
    private(set) var arrivalsMissed: [String] = []

    var precision: Double { Double(hits) / Double(max(1, hits + falseAlarms.count + flaps.count)) }
    var recall: Double { Double(hits) / Double(max(1, hits + misses.count)) }

    /// How many fixes and seconds lie between the rule's instant and a detection.
    struct Delay {
        let fixes: Int
        let seconds: Double
        let detection: String

        var isLate: Bool { fixes > 3 || seconds > 60 }
    }

    /// When the rule raises, asked of one or the other.
    private struct Instants {
        let byFixes: PlainRule
        let byTruth: PlainRule
    }

    /// A true time outside the corridor.
    private struct Episode {
        let vehicle: String
        let start: EventTime
        var due: EventTime?
        var end: EventTime?
        var detections = 0
    }

    private struct Detection {
        let vehicle: String
        let since: EventTime
        let at: EventTime
    }

    /// Lives a fleet of `vehicles` forward, forty trucks at a time.
    init(vehicles: Int, hours: Double, seed: UInt64, adjusting: (inout SimulationSettings) -> Void = { _ in }) throws {
        for first in stride(from: 0, to: vehicles, by: 40) {
            try live(min(40, vehicles - first), hours, seed &+ UInt64(first), adjusting)
        }
    }

    private mutating func live(
        _ vehicles: Int, _ hours: Double, _ seed: UInt64, _ adjusting: (inout SimulationSettings) -> Void
    ) throws {
        var settings = SimulationSettings(vehicles: vehicles, users: 0, seed: seed, start: EventTime(milliseconds: 1_772_431_200_000))
        settings.legMiles = 60...200
        settings.detoursPer1000Miles = 12
        adjusting(&settings)
        let (records, truth) = Trial.live(settings, hours: hours)
        var perfect = settings
        perfect.accuracyMeters = 0...0
        let due = Instants(
            byFixes: try PlainRule(records: records), byTruth: try PlainRule(records: Trial.live(perfect, hours: hours).records))
        let events = try Trial.run(records)
        try score(truth, events, due, end: settings.start.advanced(by: .init(.seconds(Int64(hours * 3_600)))))
    }

    private static func live(_ settings: SimulationSettings, hours: Double) -> (records: [SimulatedRecord], truth: [TruthLine]) {
        var simulation = FleetSimulation(settings: settings)
        let records = simulation.advance(to: settings.start.advanced(by: .init(.seconds(Int64(hours * 3_600)))))
        return (records, simulation.truth)
    }

    /// The records through the job in the order of their arrival, ten seconds at a time.
    static func run(_ records: [SimulatedRecord]) throws -> [JSON] {
        var settings = SettingsReader()
        let harness = try JobHarness(
            try RouteDeviation(settings: &settings), lateness: ["tracking": .seconds(2)],
            keys: ["tracking": "vehicle_id", "routes": "route_id"])
        let chunk = 10_000_000 as Int64
        var next = 0
        while next < records.count {
            let slot = records[next].arrival.microseconds / chunk
            var end = next
            while end < records.count, records[end].arrival.microseconds / chunk == slot { end += 1 }
            for (topic, inlet) in [
                (SimulatedTopic.network, "network"), (SimulatedTopic.routeSnapshots, "routes"), (SimulatedTopic.tracking, "tracking"),
            ] {
                let batch = records[next..<end].filter { $0.topic == topic }.map(\.record)
                if !batch.isEmpty { try harness.send(batch, to: inlet) }
            }
            next = end
            try harness.advance(to: EventTime(microseconds: (slot + 1) * chunk - 2_000_000))
        }
        try harness.finish()
        #expect(harness.deadLetters.isEmpty)
        return try harness.received(from: "events").map { try JSON(parsing: $0.value ?? []) }
    }

    private mutating func score(_ truth: [TruthLine], _ events: [JSON], _ due: Instants, end: EventTime) throws {
        var episodes: [Episode] = []
        for line in truth {
            let open = episodes.lastIndex { $0.vehicle == line.entity }
            switch line.kind {
            case .deviationStarted: episodes.append(Episode(vehicle: line.entity, start: line.at))
            case .deviationDue: if let open { episodes[open].due = line.at }
            case .deviationCleared: if let open { episodes[open].end = line.at }
            default: break
            }
        }
        var standing: [String: String] = [:]
        for event in events {
            let data = try #require(event["data"])
            guard event["event_type"]?.string == "ROUTE_DEVIATION" else { continue }
            let (route, id) = (try #require(data["route_id"]?.string), try #require(data["deviation_id"]?.string))
            if data["state"]?.string == "CLEARED" {
                if standing.removeValue(forKey: route) != id { unbalanced.append(id) }
                continue
            }
            if standing.updateValue(id, forKey: route) != nil { unbalanced.append(id) }
            let detection = Detection(
                vehicle: try #require(data["vehicle_id"]?.string), since: try time(data["since"]), at: try time(event["timestamp"]))
            judge(detection, &episodes, due)
        }
        for episode in episodes where episode.detections == 0 {
            // What is due in the last minutes may still be told.
            guard let due = episode.due, end.since(due) > .init(.seconds(240)) else { continue }
            misses.append("\(episode.vehicle) \(episode.start) to \(episode.end.map { "\($0)" } ?? "-")")
        }
        let completed = Set(events.filter { $0["event_type"]?.string == "ROUTE_COMPLETED" }.compactMap { $0["data"]?["route_id"]?.string })
        for line in truth where line.kind == .arrived {
            guard end.since(line.at) > .init(.seconds(1_200)), let route = line.facts["route_id"]?.string else { continue }
            trips += 1
            if completed.contains(route) { arrivals += 1 } else { arrivalsMissed.append(route) }
        }
    }

    private mutating func judge(_ detection: Detection, _ episodes: inout [Episode], _ due: Instants) {
        let slack = EventTime.Span(.seconds(90))
        let hit = episodes.firstIndex {
            $0.vehicle == detection.vehicle && $0.due != nil && detection.at >= $0.start
                && detection.since <= ($0.end ?? .distantFuture).advanced(by: slack)
                && detection.at <= ($0.end ?? .distantFuture).advanced(by: slack)
        }
        guard let hit else { return falseAlarms.append("\(detection.vehicle) at \(detection.at) since \(detection.since)") }
        episodes[hit].detections += 1
        if episodes[hit].detections > 1 { return flaps.append("\(detection.vehicle) at \(detection.at)") }
        hits += 1
        func delay(_ rule: PlainRule) -> Delay? {
            let found = rule.instant(of: detection.vehicle, from: episodes[hit].start, to: episodes[hit].end ?? .distantFuture)
            return found.map { raised in
                Delay(
                    fixes: rule.fixes(of: detection.vehicle, after: raised, upTo: detection.at),
                    seconds: Double(detection.at.since(raised).microseconds) / 1e6,
                    detection: "\(detection.vehicle) raised \(raised) told \(detection.at) since \(detection.since)")
            }
        }
        if let delay = delay(due.byFixes) { delays.append(delay) }
        if let delay = delay(due.byTruth) { delaysByTruth.append(delay) }
    }

    private func time(_ value: JSON?) throws -> EventTime { try #require(value?.string.flatMap { EventTime(rfc3339: $0) }) }
}

/// The rule as its text has it (three fixes further off than max(150 m, 3 × accuracy), for 60 s and 500 m; one within 0.6 of that, one
/// where vehicles stop, or ten minutes of silence begins anew), with nothing that the job has beside it: at which fixes it raises.
struct PlainRule {
    private var raised: [String: [EventTime]] = [:]
    private var fixes: [String: [EventTime]] = [:]

    private struct Seen {
        let place: GeoPoint
        let accuracy: Double
        let way: Polyline
    }

    init(records: [SimulatedRecord]) throws {
        var ways: [String: Polyline] = [:]
        var stops: [GeoCircle] = []
        var seen: [String: [EventTime: Seen]] = [:]
        for record in records.sorted(by: { $0.time < $1.time }) {
            let value = try JSON(parsing: record.value)
            if record.topic == SimulatedTopic.network, let north = value["latitude"]?.number, let east = value["longitude"]?.number {
                let radius = value["radius_miles"]?.number.map { $0 * Earth.metersPerMile } ?? 500
                stops.append(GeoCircle(center: GeoPoint(latitude: north, longitude: east), radiusMeters: radius))
            } else if record.topic == SimulatedTopic.routeSnapshots, let vehicle = value["vehicle_id"]?.string {
                ways[vehicle] = value["status"]?.string == "ACTIVE" ? try Polyline(geoJSON: value["geometry"] ?? .null) : nil
            } else if record.topic == SimulatedTopic.tracking, let vehicle = value["entity_id"]?.string, let way = ways[vehicle],
                let place = value["data"]?["location"], let north = place["latitude"]?.number, let east = place["longitude"]?.number
            {
                seen[vehicle, default: [:]][record.time] = Seen(
                    place: GeoPoint(latitude: north, longitude: east), accuracy: value["data"]?["accuracy"]?.number ?? 0, way: way)
            }
        }
        for (vehicle, places) in seen {
            var (count, since, driven) = (0, EventTime.distantPast, 0.0)
            var previous: (time: EventTime, place: GeoPoint)?
            fixes[vehicle] = places.keys.sorted()
            for (time, fix) in places.sorted(by: { $0.key < $1.key }) {
                let threshold = max(150, 3 * fix.accuracy)
                let off = fix.way.nearest(to: fix.place, within: 0...fix.way.length).distance
                if let previous {
                    if off <= 0.6 * threshold || time.since(previous.time) > .init(.seconds(600)) { count = 0 }
                    if count > 0 { driven += previous.place.distance(to: fix.place) }
                }
                if off > threshold, stops.contains(where: { $0.contains(fix.place) }) {
                    count = 0
                } else if off > threshold {
                    if count == 0 { (since, driven) = (time, 0) }
                    count += 1
                    let isDue = count >= 3 && time.since(since) >= .init(.seconds(60)) && driven >= 500
                    if isDue { raised[vehicle, default: []].append(time) }
                }
                previous = (time, fix.place)
            }
        }
    }

    /// The first fix within an episode at which the rule raises.
    func instant(of vehicle: String, from start: EventTime, to end: EventTime) -> EventTime? {
        raised[vehicle]?.first { $0 > start && $0 <= end.advanced(by: .init(.seconds(60))) }
    }

    /// How many fixes there are after one instant and up to another.
    func fixes(of vehicle: String, after start: EventTime, upTo end: EventTime) -> Int {
        fixes[vehicle]?.count { $0 > start && $0 <= end } ?? 0
    }
}
