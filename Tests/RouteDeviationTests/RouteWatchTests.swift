import Geodesy
import StreamCore
import Testing

@testable import RouteDeviation

@Suite struct RouteWatchTests {
    /// Thirty kilometres east.
    private let straight: [(east: Double, north: Double)] = [(0, 0), (10_000, 0), (20_000, 0), (30_000, 0)]

    @Test func `a way driven as planned says nothing but that it is completed`() throws {
        var road = try Road(straight)
        let end = road.drive(from: (0, 20), to: (30_000, 20), at: 0)
        #expect(road.said == ["COMPLETED"] && road.watch.state == .arrived)
        guard case .completed(let meters, let span) = try #require(road.news.first).content else { return }
        #expect((29_000...30_600).contains(meters) && abs(Double(span.microseconds) / 1e6 - end) < 60)
    }

    @Test func `a detour starts once and clears once, with what it cost`() throws {
        var road = try Road(straight)
        var now = road.drive(from: (0, 0), to: (8_000, 0), at: 0)
        let left = now
        now = road.drive(from: (8_000, 0), to: (8_000, 3_000), at: now)
        #expect(road.said == ["STARTED"] && road.watch.state == .deviated)
        now = road.drive(from: (8_000, 3_000), to: (16_000, 3_000), at: now)
        now = road.drive(from: (16_000, 3_000), to: (16_000, 0), at: now)
        now = road.drive(from: (16_000, 0), to: (30_000, 0), at: now)
        #expect(road.said == ["STARTED", "CLEARED", "COMPLETED"])
        let (started, cleared) = (try #require(road.news[0].deviation), try #require(road.news[1].deviation))
        #expect(started.id == cleared.id && started.since == cleared.since)
        #expect((0...45).contains(Double(started.since.since(Road.time(left)).microseconds) / 1e6))
        #expect(started.entry.distance(to: Road.place(8_000, 0)) < 350)
        #expect(abs(cleared.distanceOff - 3_000) < 30)
        #expect((5_200...6_600).contains(cleared.extraMeters))
        #expect(abs(Double(cleared.delay.microseconds) / 1e6 - cleared.extraMeters / PlannedRoute.usualPace) < 1)
    }

    @Test func `it takes three fixes, sixty seconds and five hundred metres, and not less of any`() throws {
        // Fixes, seconds between them, metres between them; whether the last of them raises.
        for (fixes, seconds, meters, raises) in [
            (3, 30.0, 400.0, true), (2, 90.0, 900.0, false), (3, 29.0, 900.0, false), (3, 60.0, 200.0, false), (4, 20.0, 300.0, true),
        ] {
            var road = try Road(straight)
            road.see(0, 0, at: 0)
            for fix in 0..<fixes { road.see(2_000 + Double(fix) * meters, 400, at: 100 + Double(fix) * seconds) }
            #expect(road.said == (raises ? ["STARTED"] : []), "\(fixes) fixes, \(seconds) s, \(meters) m")
        }
    }

    @Test func `the threshold grows with the fix's own error`() throws {
        var road = try Road(straight)
        for fix in 0..<20 { road.see(Double(fix) * 600, 250, at: Double(fix) * 30, accuracy: 90) }
        #expect(road.said == [])
        for fix in 20..<30 { road.see(Double(fix) * 600, 250, at: Double(fix) * 30, accuracy: 20) }
        #expect(road.said == ["STARTED"])
    }

    @Test func `a lone wild fix is not believed, three are`() throws {
        var road = try Road(straight)
        road.drive(from: (0, 0), to: (6_000, 0), at: 0)
        road.see(90_000, 50_000, at: 310)
        #expect(road.watch.state == .onRoute)
        road.drive(from: (6_400, 0), to: (9_000, 0), at: 320)
        #expect(road.said == [] && road.watch.state == .onRoute)
        for fix in 0..<12 { road.see(90_000 + Double(fix) * 300, 50_000, at: 500 + Double(fix) * 15) }
        #expect(road.said == ["STARTED"])
    }

    @Test func `the same fix again, and older ones, say nothing`() throws {
        var road = try Road(straight)
        for fix in 0..<3 {
            for _ in 0..<4 { road.see(2_000 + Double(fix) * 400, 400, at: Double(fix) * 29) }
            road.see(0, 9_000, at: -100)
        }
        #expect(road.said == [])
    }

    @Test func `a way that only just clears does not flap`() throws {
        var road = try Road(straight)
        var now = road.drive(from: (0, 0), to: (3_000, 0), at: 0)
        // Between 0.6 of the threshold and half over it, for ten minutes.
        for fix in 0..<40 {
            road.see(3_000 + Double(fix) * 300, fix % 2 == 0 ? 220 : 110, at: now)
            now += 15
        }
        #expect(road.said.count <= 1)
    }

    @Test func `a leg driven out and back is followed both ways`() throws {
        let spur: [(east: Double, north: Double)] = [(0, 0), (10_000, 0), (10_000, 4_000), (10_000, 0), (20_000, 0)]
        for heading in [true, false] {
            for every in [5.0, 15, 30, 60] {
                var road = try Road(spur)
                var now = road.drive(from: (0, 0), to: (10_000, 0), at: 0, every: every, heading: heading)
                now = road.drive(from: (10_000, 0), to: (10_000, 4_000), at: now, every: every, heading: heading)
                now = road.drive(from: (10_000, 4_000), to: (10_000, 0), at: now, every: every, heading: heading)
                road.drive(from: (10_000, 0), to: (20_000, 0), at: now, every: every, heading: heading)
                #expect(road.said == ["COMPLETED"], "heading \(heading), every \(every) s")
            }
        }
    }

    @Test func `a loop through one crossing is not cut short`() throws {
        let loop: [(east: Double, north: Double)] = [
            (0, 0), (6_000, 0), (9_000, 3_000), (6_000, 6_000), (3_000, 3_000), (6_000, 0), (12_000, 0),
        ]
        var road = try Road(loop)
        var now = 0.0
        for (from, to) in zip(loop, loop.dropFirst()) {
            now = road.drive(from: (from.east, from.north), to: (to.east, to.north), at: now, every: 20)
        }
        #expect(road.said == ["COMPLETED"])
    }

    @Test func `a way that ends where it starts is not over when it begins`() throws {
        var road = try Road([(0, 0), (10_000, 0), (10_000, 5_000), (0, 0)])
        var now = road.drive(from: (0, 0), to: (10_000, 0), at: 0)
        #expect(road.said == [])
        now = road.drive(from: (10_000, 0), to: (10_000, 5_000), at: now)
        road.drive(from: (10_000, 5_000), to: (0, 0), at: now)
        #expect(road.said == ["COMPLETED"])
    }

    @Test func `who drives his way backwards has left it, and is back when he drives it forwards`() throws {
        var road = try Road(straight)
        var now = road.drive(from: (0, 0), to: (15_000, 0), at: 0)
        now = road.drive(from: (15_000, 0), to: (9_000, 0), at: now)
        #expect(road.said == ["STARTED"])
        now = road.drive(from: (9_000, 0), to: (30_000, 0), at: now)
        #expect(road.said == ["STARTED", "CLEARED", "COMPLETED"])
    }

    @Test func `a stop at a known place beside the way is no deviation`() throws {
        var road = try Road(straight)
        road.shelters = [GeoCircle(center: Road.place(10_400, 600), radiusMeters: 500)]
        var now = road.drive(from: (0, 0), to: (10_000, 0), at: 0)
        now = road.drive(from: (10_000, 0), to: (10_400, 600), at: now, speed: 10, every: 10)
        for fix in 0..<120 { road.see(10_400 + Double(fix % 5) * 150 - 300, 600, at: now + Double(fix) * 30) }
        now = road.drive(from: (10_400, 600), to: (11_000, 0), at: now + 3_600, speed: 10, every: 10)
        road.drive(from: (11_000, 0), to: (30_000, 0), at: now)
        #expect(road.said == ["COMPLETED"])
    }

    @Test func `a parked vehicle's noise is no driving`() throws {
        var road = try Road(straight)
        road.drive(from: (0, 0), to: (5_000, 0), at: 0)
        for fix in 0..<400 {
            road.see(5_200 + Double(fix * 37 % 60), 300 + Double(fix * 53 % 60), at: 300 + Double(fix) * 60, accuracy: 40)
        }
        #expect(road.said == [])
    }

    @Test func `after a long silence a vehicle further on has driven its way, one off it is suspected anew`() throws {
        var road = try Road(straight)
        road.drive(from: (0, 0), to: (5_000, 0), at: 0)
        road.see(5_500, 800, at: 260)
        road.see(6_000, 900, at: 290)
        // Silence; the third fix off and 60 s and 500 m would be together now.
        road.see(14_000, 900, at: 1_200)
        #expect(road.said == [] && road.watch.state == .suspect)
        road.see(15_000, 0, at: 1_300)
        #expect(road.watch.state == .onRoute)
        road.see(28_000, 0, at: 2_500)
        #expect(road.said == [] && road.watch.state == .onRoute)
    }

    @Test func `whoever comes to the end another way has arrived, and his deviation is over`() throws {
        var road = try Road(straight)
        let now = road.drive(from: (0, 0), to: (20_000, 0), at: 0)
        let later = road.drive(from: (20_000, 0), to: (25_000, 4_000), at: now)
        road.drive(from: (25_000, 4_000), to: (30_000, 0), at: later)
        #expect(road.said == ["STARTED", "CLEARED", "COMPLETED"])
    }

    @Test func `a route that ends closes what is open, and is completed only if it was delivered`() throws {
        for delivered in [true, false] {
            var road = try Road(straight)
            let now = road.drive(from: (0, 0), to: (8_000, 0), at: 0)
            let later = road.drive(from: (8_000, 0), to: (8_000, 4_000), at: now)
            let news = road.watch.end(at: Road.time(later), of: road.route, delivered: delivered)
            #expect(news.map(\.word) == (delivered ? ["CLEARED", "COMPLETED"] : ["CLEARED"]))
            #expect(road.watch.end(at: Road.time(later), of: road.route, delivered: true).isEmpty)
        }
    }

    @Test func `a watch survives being stored in the midst of everything`() throws {
        var road = try Road(straight)
        var copy = road
        func both(_ east: Double, _ north: Double, _ at: Double) throws {
            road.see(east, north, at: at)
            var writer = ByteWriter()
            copy.watch.store(into: &writer)
            copy.watch = try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in try RouteWatch(from: &reader, version: 1) }
            copy.see(east, north, at: at)
            #expect(copy.watch.state == road.watch.state)
        }
        for fix in 0..<100 {
            let share = Double(fix) / 100
            try both(30_000 * share, (30..<60).contains(fix) ? 2_000 : 0, Double(fix) * 20)
        }
        #expect(road.said.prefix(2) == ["STARTED", "CLEARED"] && copy.said == road.said)
    }
}
