import Dataflow
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import ArrivalsAndDelays

/// When a vehicle is due for service: once for each figure that was set.
@Suite struct ServiceTests {
    private let yard: Yard

    init() throws { yard = try Yard() }

    private func vehicle(_ members: String, at seconds: Double) throws {
        let text = #"{"id":"truck-1","vehicle_number":"T-1","carrier_id":"carrier-1",\#(members)}"#
        try yard.harness.send([Record(text, key: "truck-1", at: Yard.time(seconds))], to: "vehicles")
    }

    private func said() throws -> [JSON] {
        try yard.harness.received(from: "maintenance").map { try #require(try JSON(parsing: $0.value ?? [])["data"]) }
    }

    @Test func `the odometer that a vehicle reports makes it due, once`() throws {
        try vehicle(#""next_maintenance_odometer":1000,"odometer":990"#, at: 0)
        for (second, miles) in [(10.0, 995.0), (20, 1_000), (30, 1_001), (40, 1_002)] {
            try yard.see([Yard.fix(0, at: second, odometer: miles)])
        }
        try vehicle(#""next_maintenance_odometer":1000,"odometer":1002"#, at: 50)
        try yard.harness.finish()
        let said = try said()
        #expect(said.count == 1 && said.first?["reason"]?.string == "ODOMETER" && said.first?["odometer"]?.number == 1_000)
        let record = try #require(yard.harness.received(from: "maintenance").first)
        #expect(record.key == Array("truck-1".utf8) && record.time == Yard.time(20))
        #expect(record.headers["event_type"]?.value == Array("VEHICLE_MAINTENANCE_DUE".utf8))
    }

    @Test func `after a service the next figure is another due`() throws {
        try vehicle(#""next_maintenance_odometer":1000,"odometer":1200"#, at: 0)
        try vehicle(#""next_maintenance_odometer":1100,"odometer":1200"#, at: 10)
        try vehicle(#""next_maintenance_odometer":9000,"odometer":1200"#, at: 20)
        try yard.harness.finish()
        #expect(try said().count == 2)
    }

    @Test func `engine hours and the date are grounds of their own, the date without a record`() throws {
        try vehicle(
            #""next_maintenance_due":"\#(Yard.time(5_000).rfc3339)","next_maintenance_engine_hours":40,"engine_hours":41"#, at: 0)
        try yard.harness.advance(to: Yard.time(4_999))
        #expect(try said().map { $0["reason"]?.string } == ["ENGINE_HOURS"])
        try yard.harness.advance(to: Yard.time(5_000))
        #expect(try said().map { $0["reason"]?.string } == ["ENGINE_HOURS", "DATE"])
    }

    @Test func `a vehicle that is gone is due for nothing`() throws {
        try vehicle(#""next_maintenance_due":"\#(Yard.time(5_000).rfc3339)""#, at: 0)
        try yard.harness.send([Record(key: Array("truck-1".utf8), value: nil, time: Yard.time(10))], to: "vehicles")
        try yard.harness.advance(to: Yard.time(9_000))
        #expect(try said().isEmpty)
    }

    @Test func `settings that make no rule are refused by name`() {
        var reader = SettingsReader(texts: ["stay-for": "0s", "arrival-metres": "150", "timezone": "America/Chicago"])
        let failure = #expect(throws: SettingsFailure.self) { try ArrivalsAndDelays(settings: &reader) }
        for word in ["stay-for", "did you mean arrival-meters?"] { #expect(failure?.description.contains(word) == true) }
    }
}
