import Freight
import Geodesy
import HoursOfService
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import ArrivalsAndDelays

/// When a load is expected, and when it is said to be late.
@Suite struct DelayTests {
    private let yard: Yard

    init() throws { yard = try Yard() }

    /// 300 km, once and a fifth, at 50 mph, in seconds.
    private let drive = 300_000 * 1.2 / (50 * Earth.metersPerMile / 3_600)

    private func isNear(_ a: EventTime?, _ seconds: Double, within: Double = 61) -> Bool {
        a.map { abs(Double($0.since(Yard.time(seconds)).microseconds)) <= within * 1e6 } ?? false
    }

    @Test(arguments: ["ASSIGNED", "PICKED_UP", "IN_TRANSIT"])
    func `a load past its time is said to be overdue at that instant, once, and without a further record`(status: String) throws {
        try yard.load(status, at: 0, delivery: 30_000)
        try yard.harness.advance(to: Yard.time(29_999))
        #expect(try yard.delays() == [])
        try yard.harness.advance(to: Yard.time(30_000))
        #expect(try yard.delays() == ["OVERDUE"])
        let command = try #require(try yard.commands().last)
        #expect(command.entityID == "load-1" && command.entityType == .load && command.source == "linehaul/arrivals-and-delays")
        #expect(command.body["status"]?.string == "DELAYED" && command.time == Yard.time(30_000) && command.replyTo == nil)
        try yard.load("DELAYED", from: status, at: 30_001, delivery: 30_000)
        try yard.load("IN_TRANSIT", at: 31_000, delivery: 30_000)
        try yard.harness.advance(to: Yard.time(90_000))
        #expect(try yard.delays() == ["OVERDUE"])
    }

    @Test func `a delivered, a deleted and a delayed load are not said to be overdue`() throws {
        try yard.load("IN_TRANSIT", at: 0, delivery: 30_000, id: "a")
        try yard.load("DELIVERED", at: 29_000, delivery: 30_000, id: "a")
        try yard.load("IN_TRANSIT", at: 0, delivery: 30_000, vehicle: "truck-2", id: "b")
        try yard.gone("b", at: 29_000)
        try yard.load("DELAYED", from: "IN_TRANSIT", at: 0, delivery: 30_000, vehicle: "truck-3", id: "c")
        try yard.harness.advance(to: Yard.time(90_000))
        #expect(try yard.delays() == [])
    }

    @Test func `another promise is another episode`() throws {
        try yard.load("IN_TRANSIT", at: 0, delivery: 30_000)
        try yard.harness.advance(to: Yard.time(31_000))
        try yard.load("IN_TRANSIT", at: 31_001, delivery: 50_000)
        try yard.harness.advance(to: Yard.time(60_000))
        #expect(try yard.delays() == ["OVERDUE", "OVERDUE"])
    }

    @Test func `a load is expected after loading and the drive, and told again only when that changes by more than the band`() throws {
        try yard.load("ASSIGNED", at: 0)
        try yard.see(Yard.stand(0, from: 10, to: 3_600))
        try yard.harness.advance(to: Yard.time(3_700))
        let first = try yard.etas()
        #expect(first.count == 1 && isNear(first.first, 3_600 + 1_800 + drive))
        let command = try #require(try yard.commands().first)
        #expect(command.type == .update && command.mode == .patch && command.body.members?.count == 1)
        // It goes on standing there: an hour later it is expected about an hour later.
        try yard.see(Yard.stand(0, from: 3_910, to: 9_000))
        try yard.harness.advance(to: Yard.time(9_000))
        let etas = try yard.etas()
        #expect((2...12).contains(etas.count) && isNear(etas.last, 9_000 + 1_800 + drive, within: 1_200))
        #expect(zip(etas, etas.dropFirst()).allSatisfy { $1.since($0) > .init(.seconds(300)) })
    }

    @Test func `what is left of a planned way is driven at its pace`() throws {
        let line = try #require(Polyline([Yard.place(0), Yard.place(150_000), Yard.place(300_000)]))
        let route = """
            {"id":"route-1","load_id":"load-1","status":"ACTIVE","geometry":"\(line.encoded(.five))","distance_miles":180,"duration_minutes":180}
            """
        try yard.harness.send([Record(route, key: "route-1", at: Yard.time(0))], to: "routes")
        try yard.load("IN_TRANSIT", at: 1)
        try yard.see(Yard.drive(from: 0, to: 150_000, at: 10))
        try yard.harness.advance(to: Yard.time(6_010))
        let pace = 60 * Earth.metersPerMile / 3_600
        #expect(isNear(try yard.etas().last, 6_010 + 150_000 / pace, within: 400))
    }

    @Test func `the rest that the driver must have is part of what is expected`() throws {
        // The driver has been at work for twelve hours: the window of fourteen closes in two.
        try yard.hours([(-12 * 3_600, .driving), (-8 * 3_600, .onDuty), (0, .driving)], at: 0)
        try yard.load("IN_TRANSIT", at: 1, delivery: 100_000)
        try yard.see([Yard.fix(0, at: 10)])
        try yard.harness.advance(to: Yard.time(20))
        #expect(isNear(try yard.etas().last, drive + 36_000, within: 130))
    }

    @Test func `a load that is expected too late is delayed before it is, once`() throws {
        try yard.load("IN_TRANSIT", at: 0, delivery: 10_000)
        try yard.see(Yard.stand(0, from: 10, to: 4_000))
        try yard.harness.advance(to: Yard.time(4_000))
        let delays = try yard.delays()
        #expect(delays.count == 1 && delays[0].hasPrefix("EXPECTED_LATE: "))
        // Nobody took it up: at its time it is overdue all the same.
        try yard.harness.advance(to: Yard.time(10_000))
        #expect(try yard.delays().count == 2 && yard.delays().last == "OVERDUE")
    }

    @Test func `the same is said again with the same ids`() throws {
        let ids = try (0..<2).map { _ in
            let yard = try Yard()
            try yard.load("IN_TRANSIT", at: 0, delivery: 10_000)
            try yard.see(Yard.stand(0, from: 10, to: 4_000))
            try yard.harness.advance(to: Yard.time(20_000))
            return try yard.commands().map(\.id)
        }
        #expect(ids[0] == ids[1] && Set(ids[0]).count == ids[0].count)
    }
}
