import Dataflow
import FleetSimulator
import Freight
import StatusTransitions
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import ArrivalsAndDelays

/// The job and the owner of everything, each hearing what the other says, over a day of a fleet that speaks in commands.
@Suite struct OwnerTests {
    /// What owners say to each other is delivered at once; what they say to the job, and the job to them, minute by minute.
    private struct Loop {
        private let owner: JobHarness
        let job: JobHarness
        private var read: [String: Int] = [:]

        init() throws {
            var settings = SettingsReader()
            owner = try JobHarness(
                try StatusTransitions(settings: &settings), keys: ["commands": "entity_id", "messages": "entity_id", "hours": "driver_id"])
            job = try JobHarness(try Trial.job(), lateness: ["tracking": .seconds(2)], keys: Yard.keys)
        }

        private mutating func fresh(_ outlet: String, of harness: JobHarness) -> [Record] {
            let all = harness.received(from: outlet)
            defer { read[outlet] = all.count }
            return Array(all[(read[outlet] ?? 0)...])
        }

        mutating func take(_ commands: [Record], until now: EventTime) throws {
            for command in commands + fresh("commands", of: job) {
                try owner.send([command], to: "commands")
                while true {
                    let said = fresh("sagas", of: owner)
                    if said.isEmpty { break }
                    try owner.send(said, to: "messages")
                }
            }
            for (outlet, inlet) in [
                ("entities-loads", "loads"), ("entities-routes", "routes"), ("entities-vehicles", "vehicles"), ("tracking", "tracking"),
            ] {
                let said = fresh(outlet, of: owner)
                if !said.isEmpty { try job.send(said, to: inlet) }
            }
            try job.advance(to: now)
        }

        func said(_ outlet: String) throws -> [JSON] { try owner.received(from: outlet).map { try JSON(parsing: $0.value ?? []) } }
    }

    /// What all of them said, and what was true.
    private struct Day: Sendable {
        var said: [String: [JSON]] = [:]
        var asked: [Command] = []
        var truth: [TruthLine] = []
    }

    private static let day = Result { try lived() }

    private static func lived() throws -> Day {
        var settings = SimulationSettings(vehicles: 8, users: 0, seed: 21, start: Trial.start)
        settings.voice = .commands
        (settings.legMiles, settings.fixSeconds, settings.tightShare, settings.cancelShare) = (60...200, 60...60, 0.4, 0.5)
        var simulation = FleetSimulation(settings: settings)
        let end = Trial.start.advanced(by: .init(.seconds(16 * 3_600)))
        let records = simulation.advance(to: end).filter { $0.topic == SimulatedTopic.commands }
        var loop = try Loop()
        var next = 0
        var now = Trial.start
        while now < end {
            now = now.advanced(by: .init(.seconds(60)))
            let first = next
            while next < records.count, records[next].arrival <= now { next += 1 }
            try loop.take(records[first..<next].map(\.record), until: now)
        }
        var day = Day(truth: simulation.truth)
        for outlet in ["loads", "routes", "audit", "entities-loads", "entities-routes"] { day.said[outlet] = try loop.said(outlet) }
        day.asked = try loop.job.received(from: "commands").map { try Command(try JSON(parsing: $0.value ?? [])) }
        return day
    }

    @Test func `a load past its time is delayed by its owner, once, for that reason`() throws {
        let day = try Self.day.get()
        var delays: [String: Int] = [:]
        for event in day.said["loads"] ?? [] where event["event_type"]?.string == "LOAD_DELAYED" {
            let reason = event["data"]?["reason"]?.string ?? ""
            #expect(reason == "OVERDUE" || reason.hasPrefix("EXPECTED_LATE"))
            delays[event["entity_id"]?.string ?? "", default: 0] += 1
        }
        let overdue = Set(day.truth.filter { $0.kind == .overdue }.map(\.entity))
        #expect(overdue.count > 2 && overdue.isSubset(of: delays.keys))
        // Expected late, moved on by the truck, and then overdue: no load is delayed more than twice.
        #expect(delays.values.allSatisfy { $0 <= 2 } && delays.values.contains(1))
    }

    @Test func `a delivered load never moves, and a vehicle is on one load at a time`() throws {
        let day = try Self.day.get()
        var (ended, holders): (Set<String>, [String: String]) = ([], [:])
        for load in day.said["entities-loads"] ?? [] {
            guard let id = load["id"]?.string, let status = load["status"]?.string.flatMap({ LoadStatus(rawValue: $0) }) else { continue }
            #expect(!ended.contains(id) || status.isFinal, "load \(id) became \(status)")
            if status.isFinal { ended.insert(id) }
            guard let vehicle = load["vehicle_id"]?.string else { continue }
            if status.holdsResources {
                #expect(holders[vehicle] ?? id == id, "vehicle \(vehicle) on \(id) and \(holders[vehicle] ?? "")")
                holders[vehicle] = id
            } else if holders[vehicle] == id {
                holders[vehicle] = nil
            }
        }
        #expect(ended.count > 4)
    }

    @Test func `each load that is under way has come to know when it is expected`() throws {
        let day = try Self.day.get()
        var latest: [String: JSON] = [:]
        for load in day.said["entities-loads"] ?? [] { latest[load["id"]?.string ?? ""] = load }
        let driven = latest.values.filter { ["IN_TRANSIT", "DELIVERED"].contains($0["status"]?.string ?? "") }
        #expect(driven.count > 4 && driven.allSatisfy { $0["eta"]?.string != nil })
    }

    @Test func `a route is ACTIVE with its load, COMPLETED with what was driven, CANCELLED with the load`() throws {
        let day = try Self.day.get()
        var histories: [String: [String]] = [:]
        for route in day.said["entities-routes"] ?? [] {
            let (id, status) = (route["id"]?.string ?? "", route["status"]?.string ?? "")
            if histories[id]?.last != status { histories[id, default: []].append(status) }
        }
        let ways = Set(histories.values)
        #expect(
            ways.isSubset(of: [
                ["PLANNED"], ["PLANNED", "ACTIVE"], ["PLANNED", "ACTIVE", "COMPLETED"], ["PLANNED", "CANCELLED"],
            ]))
        #expect(ways.contains(["PLANNED", "ACTIVE", "COMPLETED"]) && ways.contains(["PLANNED", "CANCELLED"]))
        let completed = (day.said["routes"] ?? []).filter { $0["event_type"]?.string == "ROUTE_COMPLETED" }
        #expect(completed.count == histories.values.count { $0.last == "COMPLETED" })
        for event in completed {
            #expect(event["data"]?["actual_miles"]?.number ?? 0 > 40 && event["data"]?["actual_minutes"]?.number ?? 0 > 60)
        }
    }

    @Test func `the owner takes what the job asks, or refuses what came too late, and nothing else`() throws {
        let day = try Self.day.get()
        let asked = day.asked
        let audited = (day.said["audit"] ?? []).filter { $0["table_name"]?.string == "loads" }
        let updates = audited.count { $0["action"]?.string == "UPDATE" }
        #expect(asked.count { $0.type == .update } >= updates && updates > 10)
        #expect(Set(asked.map(\.id)).count == asked.count)
    }
}
