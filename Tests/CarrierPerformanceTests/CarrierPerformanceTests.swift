import Dataflow
import Freight
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import CarrierPerformance

@Suite struct CarrierPerformanceTests {
    static let keys = [
        "loads": "load_id", "routes": "route_id", "drivers": "driver_id", "entities-drivers": "driver_id",
        "entities-vehicles": "vehicle_id",
    ]

    static func job(days: Int = Year.days) throws -> CarrierPerformance {
        var settings = SettingsReader(texts: ["days": "\(days)", "every": "60s"])
        return try CarrierPerformance(settings: &settings)
    }

    private func run(_ year: Year) throws -> JobHarness {
        let harness = try JobHarness(try Self.job(), keys: Self.keys)
        for (inlet, record) in year.records { try harness.send([record], to: inlet) }
        return harness
    }

    /// The last that was told of each: the rates, as counts again.
    private func told(_ texts: [String]) throws -> [String: [Int]] {
        var told: [String: [Int]] = [:]
        for text in texts {
            let value = try JSON(parsing: text)
            func count(_ json: JSON?) -> Int { Int(json?.integer ?? 0) }
            let delivered = count(value["loads_delivered"])
            func part(_ rate: JSON?) -> Int { Int(((rate?.number ?? 0) * Double(delivered)).rounded()) }
            told[value["entity_id"]?.string ?? ""] = [
                delivered, part(value["on_time_rate"]), part(value["deviation_rate"]), count(value["hos_violations"]),
                count(value["capacity"]?["vehicles"]), count(value["capacity"]?["available"]),
            ]
        }
        return told.filter { $0.value.contains { $0 != 0 } }
    }

    @Test(arguments: 1...4) func `the figures are those of a plain recount`(seed: UInt64) throws {
        var year = Year(seed: seed, steps: 300)
        year.pass(.seconds(300))
        let harness = try run(year)
        #expect(harness.deadLetters.isEmpty)
        #expect(try told(harness.texts(from: "performance")) == year.recount())
        // Days on which nothing happens take what was counted out again.
        year.pass(.seconds(3 * 86_400))
        #expect(try told(run(year).texts(from: "performance")) == year.recount())
        year.pass(.seconds(9 * 86_400))
        #expect(try told(run(year).texts(from: "performance")) == year.recount())
    }

    @Test func `events leave for carriers alone, when their figures changed, and no more often than once a minute`() throws {
        var year = Year(seed: 3, steps: 500)
        year.pass(.seconds(300))
        let events = try run(year).texts(from: "events").map { try JSON(parsing: $0) }
        var last: [String: (EventTime, JSON)] = [:]
        for event in events {
            #expect(EventValidator.problems(in: event, on: "tms.carriers").filter { !$0.issue.contains("UUID") } == [])
            let id = "\(event["event_type"]?.string ?? "") \(event["entity_id"]?.string ?? "")"
            let time = try #require(event["timestamp"]?.string.flatMap { EventTime(rfc3339: $0) })
            var data = try #require(event["data"]?.members)
            data.removeAll { ["start", "end"].contains($0.name) }
            if let (before, said) = last[id] { #expect(time.since(before) >= .init(.seconds(60)) && said != .object(data)) }
            last[id] = (time, .object(data))
        }
        #expect(Set(events.compactMap { $0["event_type"]?.string }) == ["CARRIER_PERFORMANCE_UPDATED", "CARRIER_CAPACITY_CHANGED"])
        #expect(events.count > 100 && Set(events.compactMap { $0["event_id"]?.string }).count == events.count)
    }

    @Test func `a violation that a correction moves counts on its new day alone, for whom it counted before`() {
        var conduct = Violations.Conduct()
        let day = { (number: Int64) in Year.start.advanced(by: .init(.seconds(number * 86_400))) }
        func take(_ content: DriverNote.Content) -> [String] {
            conduct.take(content, of: "driver", since: day(-3)).map {
                "\($0.subject) \($0.at.since(Year.start).microseconds / 86_400_000_000) \($0.change.violations)"
            }
        }
        _ = take(.works("one"))
        #expect(take(.violation("v", at: day(1), stands: true)) == ["driver 1 1", "one 1 1"])
        #expect(take(.works("other")) == [])
        #expect(take(.violation("v", at: day(1), stands: true)) == [])
        #expect(take(.violation("v", at: day(0), stands: true)) == ["driver 1 -1", "one 1 -1", "driver 0 1", "one 0 1"])
        #expect(take(.violation("v", at: day(-4), stands: true)) == ["driver 0 -1", "one 0 -1"])
        #expect(take(.violation("v", at: day(-4), stands: false)) == [])
        #expect(take(.violation("v", at: day(2), stands: true)) == ["driver 2 1", "other 2 1"])
        #expect(take(.violation("v", at: day(2), stands: false)) == ["driver 2 -1", "other 2 -1"])
    }

    @Test(arguments: Depot.Interruption.allCases) func `the same is told after any interruption`(how: Depot.Interruption) async throws {
        var year = Year(seed: 5, steps: 300)
        year.pass(.seconds(300))
        let bindings = try JobHarness.bindings(of: try Self.job(), keys: Self.keys, partitions: Depot.partitions)
        var depot = try await Depot(try Self.job(), bindings)
        let rounds = 4
        for round in 0..<rounds {
            let slice = year.records[year.records.count * round / rounds..<year.records.count * (round + 1) / rounds]
            for inlet in Self.keys.keys.sorted() { try depot.publish(slice.filter { $0.inlet == inlet }.map(\.record), to: inlet) }
            try await depot.settled()
            depot = try await depot.interrupted(how)
        }
        let expected = try told(run(year).texts(from: "performance"))
        try await eventually("all has been told") { try told(depot.texts(of: "performance")) == expected }
        try await depot.settled()
        #expect(try told(depot.texts(of: "performance")) == expected && expected == year.recount())
        let ids = try depot.texts(of: "events").compactMap { try JSON(parsing: $0)["event_id"]?.string }
        #expect(Set(ids).count == ids.count && ids.count > 20)
        await depot.stop()
    }
}
