import Dataflow
import FleetSimulator
import Freight
import HOSViolations
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import ArrivalsAndDelays

/// A simulated fleet whose records go through the whole job, its drivers' duty through hours of service first, and what was said held against
/// the truth.
struct Trial {
    /// One thing that is true or was said of a load's stop.
    struct Key: Hashable {
        let load: String
        let stop: String
    }

    private(set) var trips = 0
    private(set) var wrong: [String] = []
    /// How far instants that were said are from the true ones, in seconds, smallest first.
    private(set) var errors: [String: [Double]] = [:]
    /// How far off what was expected so many hours ahead turned out to be, in minutes.
    private(set) var etaErrors: [Int: [Double]] = [:]
    private(set) var etasPerTrip = 0.0
    private(set) var overdue = 0
    private(set) var expectedLate = (said: 0, wereLate: 0, twice: 0)
    private(set) var detained = 0
    private(set) var serviced = 0
    private let end: EventTime

    static let start = EventTime(milliseconds: 1_772_431_200_000)

    init(vehicles: Int, hours: Double, seed: UInt64, adjusting: (inout SimulationSettings) -> Void = { _ in }) throws {
        var settings = SimulationSettings(vehicles: vehicles, users: 0, seed: seed, start: Trial.start)
        settings.legMiles = 60...250
        settings.serviceMiles = 50...1_500
        adjusting(&settings)
        end = Trial.start.advanced(by: .init(.seconds(Int64(hours * 3_600))))
        var simulation = FleetSimulation(settings: settings)
        // Whether a load is delayed is for the job to find: the simulator's owner says so by itself.
        let records = simulation.advance(to: end).filter {
            $0.topic != SimulatedTopic.loadSnapshots || !String(decoding: $0.value, as: UTF8.self).contains(#""status":"DELAYED""#)
        }
        let harness = try Trial.run(records, until: end)
        try score(simulation.truth, harness)
    }

    /// The hours of drivers as `hos-violations` keeps them, from the duty that they report.
    static func hours(of records: [SimulatedRecord]) throws -> [Record] {
        var settings = SettingsReader()
        let harness = try JobHarness(try HOSViolations(settings: &settings), keys: ["duty": "driver_id"])
        try harness.send(records.filter { $0.topic == SimulatedTopic.drivers }.map(\.record), to: "duty", inBatchesOf: 50)
        return harness.received(from: "hours").sorted { $0.time < $1.time }
    }

    static func job() throws -> ArrivalsAndDelays {
        var settings = SettingsReader()
        return try ArrivalsAndDelays(settings: &settings)
    }

    static let inlets = [
        (SimulatedTopic.vehicleSnapshots, "vehicles"), (SimulatedTopic.loadSnapshots, "loads"), (SimulatedTopic.routeSnapshots, "routes"),
        (SimulatedTopic.tracking, "tracking"),
    ]

    /// The records through the job in the order of their arrival, ten seconds at a time.
    private static func run(_ records: [SimulatedRecord], until end: EventTime) throws -> JobHarness {
        let harness = try JobHarness(try job(), lateness: ["tracking": .seconds(2)], keys: Yard.keys)
        var hours = try hours(of: records)[...]
        let chunk = 10_000_000 as Int64
        var next = 0
        while next < records.count {
            let slot = records[next].arrival.microseconds / chunk
            var last = next
            while last < records.count, records[last].arrival.microseconds / chunk == slot { last += 1 }
            let now = EventTime(microseconds: (slot + 1) * chunk)
            for (topic, inlet) in inlets {
                let batch = records[next..<last].filter { $0.topic == topic }.map(\.record)
                if !batch.isEmpty { try harness.send(batch, to: inlet) }
            }
            let known = hours.prefix { $0.time <= now }
            if !known.isEmpty { try harness.send(Array(known), to: "hours") }
            hours = hours.dropFirst(known.count)
            next = last
            try harness.advance(to: now.advanced(by: .init(.seconds(-2))))
        }
        try harness.advance(to: end)
        #expect(harness.deadLetters.isEmpty)
        return harness
    }

    private func isSettled(_ time: EventTime) -> Bool { end.since(time) > .init(.seconds(2_700)) }

    private mutating func score(_ truth: [TruthLine], _ harness: JobHarness) throws {
        for (kind, reason, member) in [
            (TruthLine.Kind.stopArrived, "ARRIVED", "arrived_at"), (.stopDeparted, "DEPARTED", "departed_at"),
            (.detention, "DETENTION", "detention_from"),
        ] {
            let alerts = try harness.received(from: "alerts").map { try #require(try JSON(parsing: $0.value ?? [])["data"]) }
            var said: [Key: EventTime] = [:]
            for alert in alerts where alert["reason"]?.string == reason {
                let key = Key(load: try #require(alert["load_id"]?.string), stop: try #require(alert["stop"]?.string))
                if said.updateValue(try time(alert[member]), forKey: key) != nil { wrong.append("\(reason) twice: \(key)") }
            }
            for line in truth where line.kind == kind {
                let key = Key(load: try #require(line.facts["load_id"]?.string), stop: try #require(line.facts["stop"]?.string))
                guard let found = said.removeValue(forKey: key) else {
                    if isSettled(line.at) { wrong.append("\(reason) missing: \(key) at \(line.at.rfc3339)") }
                    continue
                }
                errors[reason, default: []].append(Double(found.since(line.at).microseconds) / 1e6)
                if kind == .detention { detained += 1 }
                if kind == .stopArrived, key.stop == "DELIVERY" { trips += 1 }
            }
            for (key, at) in said { wrong.append("\(reason) untrue: \(key) at \(at.rfc3339)") }
        }
        for reason in errors.keys { errors[reason]?.sort { abs($0) < abs($1) } }
        try scoreDelays(truth, harness)
        try scoreService(truth, harness)
    }

    private mutating func scoreDelays(_ truth: [TruthLine], _ harness: JobHarness) throws {
        let commands = try harness.received(from: "commands").map { try Command(try JSON(parsing: $0.value ?? [])) }
        var due: [String: EventTime] = [:]
        for line in truth where line.kind == .overdue { due[line.entity] = line.at }
        overdue = due.count
        var (said, expected) = ([String: EventTime](), [String: Int]())
        for command in commands where command.type == .status {
            let load = "\(command.entityID)"
            if command.body["reason"]?.string != "OVERDUE" {
                expected[load, default: 0] += 1
            } else if said.updateValue(command.time, forKey: load) != nil {
                wrong.append("OVERDUE twice: \(load)")
            }
        }
        for (load, at) in due where isSettled(at) && said[load] != at { wrong.append("OVERDUE missing: \(load) at \(at.rfc3339)") }
        for (load, at) in said where due[load] != at { wrong.append("OVERDUE untrue: \(load) at \(at.rfc3339)") }
        expectedLate = (expected.count, expected.keys.count { due[$0] != nil }, expected.values.count { $0 > 1 })
        let etas = Dictionary(grouping: commands.filter { $0.type == .update }, by: { "\($0.entityID)" })
        var told = 0
        for line in truth where line.kind == .stopArrived && line.facts["stop"]?.string == "DELIVERY" {
            let load = try #require(line.facts["load_id"]?.string)
            told += etas[load]?.count ?? 0
            for ahead in [1, 2, 4] {
                let instant = line.at.advanced(by: .init(.seconds(Int64(-ahead * 3_600))))
                guard let last = etas[load]?.last(where: { $0.time <= instant }) else { continue }
                let eta = try time(last.body["eta"])
                etaErrors[ahead, default: []].append(Double(eta.since(line.at).microseconds) / 6e7)
            }
        }
        for ahead in etaErrors.keys { etaErrors[ahead]?.sort { abs($0) < abs($1) } }
        etasPerTrip = Double(told) / Double(max(1, trips))
    }

    private mutating func scoreService(_ truth: [TruthLine], _ harness: JobHarness) throws {
        var said: [String: EventTime] = [:]
        for record in harness.received(from: "maintenance") {
            let vehicle = String(decoding: record.key ?? [], as: UTF8.self)
            if said.updateValue(record.time, forKey: vehicle) != nil { wrong.append("service twice: \(vehicle)") }
        }
        for line in truth where line.kind == .maintenanceDue {
            serviced += 1
            guard let found = said.removeValue(forKey: line.entity) else {
                if isSettled(line.at) { wrong.append("service missing: \(line.entity) at \(line.at.rfc3339)") }
                continue
            }
            errors["SERVICE", default: []].append(Double(found.since(line.at).microseconds) / 1e6)
        }
        for (vehicle, at) in said { wrong.append("service untrue: \(vehicle) at \(at.rfc3339)") }
        errors["SERVICE"]?.sort { abs($0) < abs($1) }
    }

    private func time(_ value: JSON?) throws -> EventTime { try #require(value?.string.flatMap { EventTime(rfc3339: $0) }) }
}

extension [Double] {
    /// What that share of them is no further off than; they are sorted so.
    func within(_ share: Double) -> Double { isEmpty ? 0 : abs(self[Swift.min(count - 1, Int(Double(count) * share))]) }
}
