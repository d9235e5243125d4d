import Geodesy
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import ArrivalsAndDelays

/// Arrival, departure, dwell and detention: one of each, whatever the receiver says in between.
@Suite struct StopTests {
    private let yard: Yard

    init() throws { yard = try Yard() }

    /// A vehicle that is assigned on its way to the pickup, loads, drives and unloads.
    private func trip() throws -> [Record] {
        try yard.load("ASSIGNED", at: 0)
        try yard.load("PICKED_UP", at: 6_000)
        try yard.load("IN_TRANSIT", at: 6_100)
        try yard.load("DELIVERED", at: 24_000)
        return Yard.drive(from: -50_000, to: 0, at: 10) + Yard.stand(0, from: 2_040, to: 6_100)
            + Yard.drive(from: 0, to: 300_000, at: 6_200) + Yard.stand(300_000, from: 18_230, to: 24_100)
            + Yard.drive(from: 300_000, to: 330_000, at: 24_200)
    }

    @Test func `each end of a trip has one arrival and one departure`() throws {
        try yard.see(try trip())
        try yard.harness.finish()
        #expect(try yard.stops() == ["PICKUP ARRIVED", "PICKUP DEPARTED", "DELIVERY ARRIVED", "DELIVERY DEPARTED"])
        let alerts = try yard.alerts()
        #expect(alerts[0]["arrived_at"]?.string == Yard.time(2_040).rfc3339)
        #expect(alerts[1]["departed_at"]?.string == Yard.time(6_200).rfc3339 && alerts[1]["detention_minutes"]?.integer == 0)
        #expect(alerts[3]["dwell_minutes"]?.integer == 100)
        let record = try #require(yard.harness.received(from: "alerts").first)
        let event = try JSON(parsing: record.value ?? [])
        #expect(record.key == Array("load-1".utf8) && event["event_type"]?.string == "SYSTEM_ALERT" && event["severity"]?.string == "INFO")
    }

    @Test func `doubled, shuffled and wild fixes change nothing`() throws {
        var random = SeededGenerator(seed: 4)
        var fixes = try trip()
        for seconds in [3_000.0, 12_000, 20_000] { fixes.append(Yard.fix(150_000, at: seconds + 7)) }
        let mixed = fixes.flatMap { [$0, $0] }.sorted { $0.time < $1.time }
        var batch: [Record] = []
        for fix in mixed {
            if let first = batch.first, fix.time.since(first.time) > .init(.seconds(9)) {
                try yard.see(batch.shuffled(using: &random))
                batch = []
            }
            batch.append(fix)
        }
        try yard.see(batch)
        try yard.harness.finish()
        #expect(try yard.stops() == ["PICKUP ARRIVED", "PICKUP DEPARTED", "DELIVERY ARRIVED", "DELIVERY DEPARTED"])
    }

    @Test func `a vehicle that moves about within the departure circle has not left`() throws {
        try yard.load("ASSIGNED", at: 0)
        try yard.see(
            Yard.stand(0, from: 10, to: 1_000) + Yard.stand(4_000, from: 1_200, to: 2_000) + Yard.stand(0, from: 2_300, to: 3_000))
        try yard.harness.advance(to: Yard.time(3_000))
        #expect(try yard.stops() == ["PICKUP ARRIVED"])
    }

    @Test func `passing by is no arrival`() throws {
        try yard.load("ASSIGNED", at: 0)
        try yard.see(Yard.drive(from: -50_000, to: 50_000, at: 10))
        try yard.harness.advance(to: Yard.time(4_000))
        #expect(try yard.stops() == [])
    }

    @Test func `detention begins two hours after arrival and appointment, by itself, and ends with the loading`() throws {
        try yard.load("ASSIGNED", at: 0)
        // The appointment is at 3 600 s, so what is free ends at 10 800 s.
        try yard.see(Yard.stand(0, from: 10, to: 10_510))
        try yard.harness.advance(to: Yard.time(10_799))
        #expect(try yard.stops() == ["PICKUP ARRIVED"])
        try yard.harness.advance(to: Yard.time(10_800))
        #expect(try yard.stops() == ["PICKUP ARRIVED", "PICKUP DETENTION"])
        try yard.load("PICKED_UP", at: 12_600)
        try yard.see(Yard.stand(0, from: 10_810, to: 13_000) + Yard.drive(from: 0, to: 30_000, at: 13_100))
        try yard.harness.advance(to: Yard.time(14_400))
        let left = try #require(try yard.alerts().last)
        #expect(left["reason"]?.string == "DEPARTED" && left["detention_minutes"]?.integer == 30)
        #expect(yard.harness.received(from: "alerts").count == 3)
    }

    @Test func `a vehicle that has been silent is not said to be detained until it is heard of`() throws {
        try yard.load("ASSIGNED", at: 0)
        try yard.see(Yard.stand(0, from: 10, to: 5_000))
        try yard.harness.advance(to: Yard.time(12_000))
        #expect(try yard.stops() == ["PICKUP ARRIVED"])
        try yard.see([Yard.fix(0, at: 12_100)])
        try yard.harness.advance(to: Yard.time(12_100))
        #expect(try yard.stops() == ["PICKUP ARRIVED", "PICKUP DETENTION"])
    }

    @Test func `what was sent late counts where it is the newest there is`() throws {
        try yard.load("ASSIGNED", at: 0)
        try yard.harness.advance(to: Yard.time(5_000))
        try yard.see(Yard.stand(0, from: 1_000, to: 3_000).reversed())
        try yard.harness.advance(to: Yard.time(5_100))
        #expect(try yard.stops() == ["PICKUP ARRIVED"])
        #expect(try yard.alerts().first?["arrived_at"]?.string == Yard.time(1_000).rfc3339)
    }

    @Test func `where a vehicle was before it got the load counts, though that is heard of afterwards`() throws {
        try yard.load("ASSIGNED", at: 60)
        // Another truck's fixes let time pass.
        try yard.see([Yard.fix(0, at: 100, "truck-2")])
        try yard.harness.advance(to: Yard.time(90))
        try yard.see([Yard.fix(0, at: 20)])
        try yard.load("PICKED_UP", at: 200)
        try yard.load("IN_TRANSIT", at: 230)
        try yard.see(Yard.drive(from: 0, to: 50_000, at: 250))
        try yard.harness.finish()
        #expect(try yard.stops() == ["PICKUP ARRIVED", "PICKUP DEPARTED"])
        #expect(try yard.alerts()[0]["arrived_at"]?.string == Yard.time(60).rfc3339)
    }

    @Test func `a load that is cancelled, or another vehicle's, is watched no more`() throws {
        try yard.load("ASSIGNED", at: 0)
        try yard.load("CANCELLED", at: 5)
        try yard.load("ASSIGNED", at: 0, vehicle: "truck-2", id: "load-2")
        try yard.see(Yard.stand(0, from: 10, to: 1_000))
        try yard.harness.advance(to: Yard.time(90_000))
        #expect(try yard.stops() == [] && yard.delays() == ["OVERDUE"])
    }
}
