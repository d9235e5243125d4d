import Dataflow
import Freight
import Geodesy
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import RouteDeviation

/// The job through its ports: which route is whose, in which order things count.
@Suite struct JobTests {
    private let harness: JobHarness

    init() throws {
        var settings = SettingsReader()
        harness = try JobHarness(
            try RouteDeviation(settings: &settings), lateness: ["tracking": .seconds(10)], keys: Self.keys)
    }

    private static let keys = ["tracking": "vehicle_id", "routes": "route_id"]

    private let way = #"{"type":"LineString","coordinates":[[-98,38.5],[-97,38.5]]}"#

    private func time(_ seconds: Double) -> EventTime { Road.time(seconds) }

    private func route(
        _ status: String, _ vehicle: String = "truck-1", id: String = "route-1", at seconds: Double, geometry: String? = nil
    ) throws {
        let text = """
            {"id":"\(id)","vehicle_id":"\(vehicle)","load_id":"load-1","status":"\(status)","geometry":\(geometry ?? way),\
            "distance_miles":54,"duration_minutes":65}
            """
        try harness.send([Record(text, key: id, at: time(seconds))], to: "routes")
    }

    private func fix(_ east: Double, _ north: Double, _ vehicle: String = "truck-1", at seconds: Double) -> Record {
        let place = Road.place(east, north).rounded
        return Record(
            """
            {"event_type":"VEHICLE_LOCATION_UPDATED","entity_id":"\(vehicle)","data":{"vehicle_id":"\(vehicle)","accuracy":12,\
            "location":{"latitude":\(place.latitude),"longitude":\(place.longitude)},"speed":44,"odometer":\(1_000 + seconds / 80)}}
            """, key: vehicle, at: time(seconds))
    }

    /// A drive east with an excursion of 1 km to the north between 10 and 20 minutes, a fix every 20 s.
    private func detour(_ vehicle: String = "truck-1", from start: Double = 0) -> [Record] {
        (0..<90).map { step in
            let seconds = Double(step) * 20
            return fix(seconds * 20, (600..<1_200).contains(seconds) ? 1_000 : 0, vehicle, at: start + seconds)
        }
    }

    private func states() throws -> [String] {
        try harness.received(from: "events").map { record in
            let event = try JSON(parsing: record.value ?? [])
            let data = try #require(event["data"])
            let type = try #require(event["event_type"]?.string)
            return [type == "ROUTE_DEVIATION" ? data["state"]?.string : type, data["vehicle_id"]?.string].compactMap { $0 }.joined(
                separator: " ")
        }
    }

    @Test func `an active route is watched, with what the contract says of it`() throws {
        try route("ACTIVE", at: -1)
        try harness.send(detour(), to: "tracking")
        try harness.finish()
        #expect(try states() == ["STARTED truck-1", "CLEARED truck-1"])
        let record = try #require(harness.received(from: "events").first)
        #expect(record.key == Array("route-1".utf8) && record.headers["event_type"]?.value == Array("ROUTE_DEVIATION".utf8))
        let event = try JSON(parsing: record.value ?? [])
        let data = try #require(event["data"])
        #expect(
            event["entity_type"]?.string == "ROUTE" && event["entity_id"]?.string == "route-1" && event["severity"]?.string == "WARNING")
        #expect(
            data.members?.map(\.name) == [
                "deviation_id", "state", "route_id", "vehicle_id", "load_id", "distance_off_miles", "since", "position", "entry_point",
                "extra_miles", "estimated_delay",
            ])
        #expect(data["since"]?.string == time(600).rfc3339 && data["load_id"]?.string == "load-1")
        #expect(abs((data["distance_off_miles"]?.number ?? 0) - 1_000 / Earth.metersPerMile) < 0.02)
        #expect(event["timestamp"]?.string == time(660).rfc3339)
    }

    @Test func `what is only planned, over, or another vehicle's is not watched`() throws {
        try route("PLANNED", at: -3)
        try route("COMPLETED", id: "route-2", at: -2)
        try route("ACTIVE", "truck-2", id: "route-3", at: -1)
        try harness.send(detour(), to: "tracking")
        try harness.finish()
        #expect(try states() == [])
    }

    @Test func `fixes count in the order of their time, whatever order they come in`() throws {
        var random = SeededGenerator(seed: 3)
        try route("ACTIVE", at: -1)
        let mixed = detour().flatMap { [$0, $0] }.sorted { $0.time < $1.time }
        // Nothing comes later than the bound: ten seconds, half of the step between fixes.
        for batch in stride(from: 0, to: mixed.count, by: 6) {
            try harness.send(Array(mixed[batch..<batch + 6].shuffled(using: &random)), to: "tracking")
        }
        try harness.finish()
        #expect(try states() == ["STARTED truck-1", "CLEARED truck-1"])
    }

    @Test func `what a box sends late and at once counts, where nothing newer has`() throws {
        try route("ACTIVE", at: -1)
        let fixes = detour()
        try harness.send(Array(fixes[..<30]), to: "tracking")
        // Others have moved the watermark past what was measured without coverage.
        try harness.advance(to: time(1_300))
        #expect(try states() == [])
        try harness.send(Array(fixes[30..<61].reversed()), to: "tracking")
        try harness.send(Array(fixes[61...]), to: "tracking")
        try harness.finish()
        #expect(try states() == ["STARTED truck-1", "CLEARED truck-1"])
    }

    @Test func `what was sent late counts before the newest of it, which was on time`() throws {
        var random = SeededGenerator(seed: 8)
        try route("ACTIVE", at: -1)
        let fixes = detour()
        try harness.send(Array(fixes[..<30]), to: "tracking")
        // The watermark stands a second before the fix of 1 000 s.
        try harness.advance(to: time(999))
        for fix in fixes[30...50].shuffled(using: &random) { try harness.send([fix], to: "tracking") }
        try harness.finish()
        #expect(try states().first == "STARTED truck-1")
    }

    @Test func `a fix from before its route became active is not on it`() throws {
        try route("ACTIVE", at: 3_000)
        try harness.send(detour(), to: "tracking")
        try harness.finish()
        #expect(try states() == [])
    }

    @Test func `a vehicle that loses its route in the midst of a deviation has it cleared`() throws {
        try route("ACTIVE", at: -1)
        try harness.send(Array(detour()[..<45]), to: "tracking")
        try route("ACTIVE", "truck-2", at: 950)
        try harness.send(detour("truck-2", from: 1_000), to: "tracking")
        try harness.finish()
        #expect(try states() == ["STARTED truck-1", "CLEARED truck-1", "STARTED truck-2", "CLEARED truck-2"])
    }

    @Test func `a deleted route is nobody's`() throws {
        try route("ACTIVE", at: -1)
        try harness.send([Record(key: Array("route-1".utf8), value: nil, time: time(300))], to: "routes")
        try harness.send(detour(), to: "tracking")
        try harness.finish()
        #expect(try states() == [])
    }

    @Test func `a route that is optimised anew is watched on its new way`() throws {
        try route("ACTIVE", at: -1)
        // The new way runs where the old one's detour went.
        let north = Road.place(0, 1_000).latitude
        try route(
            "ACTIVE", at: 900, geometry: #"{"type":"LineString","coordinates":[[-98,\#(north)],[-97,\#(north)]]}"#)
        try harness.send(detour(), to: "tracking")
        try harness.finish()
        #expect(try states() == ["STARTED truck-1", "CLEARED truck-1", "STARTED truck-1"])
    }

    @Test func `a route delivered without having been seen there is completed all the same, and once`() throws {
        try route("ACTIVE", at: -1)
        try harness.send(Array(detour()[..<20]), to: "tracking")
        try route("COMPLETED", at: 1_000)
        try route("COMPLETED", at: 1_001)
        try harness.finish()
        #expect(try states() == ["ROUTE_COMPLETED truck-1"])
        let data = try JSON(parsing: try #require(harness.received(from: "events").first?.value))["data"]
        #expect(data?["actual_minutes"]?.number == 16.7)
        #expect(abs((data?["actual_miles"]?.number ?? 0) - 380 / 80) < 0.02)
    }

    @Test func `where the route's owner says that it is completed, this job does not`() throws {
        var settings = SettingsReader(texts: ["complete-on-arrival": "false"])
        let quiet = try JobHarness(try RouteDeviation(settings: &settings), keys: Self.keys)
        for status in ["ACTIVE", "COMPLETED"] {
            let text = #"{"id":"r","vehicle_id":"v","status":"\#(status)","geometry":\#(way)}"#
            try quiet.send([Record(text, key: "r", at: time(1))], to: "routes")
        }
        try quiet.finish()
        #expect(quiet.received(from: "events").isEmpty)
    }

    @Test func `an encoded polyline is a way as well`() throws {
        let line = try #require(Polyline([Road.place(0, 0), Road.place(60_000, 0)]))
        try route("ACTIVE", at: -1, geometry: "\(JSON.string(line.encoded(.five)))")
        try harness.send(detour(), to: "tracking")
        try harness.finish()
        #expect(try states() == ["STARTED truck-1", "CLEARED truck-1"])
    }

    @Test func `who stops at a place of the network has not left his way`() throws {
        let stop = Road.place(16_000, 1_000)
        try harness.send(
            [
                Record(
                    #"{"id":"rest-1","latitude":\#(stop.latitude),"longitude":\#(stop.longitude),"radius_miles":4}"#, key: "rest-1",
                    at: time(-5))
            ],
            to: "network")
        try route("ACTIVE", at: -1)
        try harness.send(detour(), to: "tracking")
        try harness.finish()
        #expect(try states() == [])
    }

    @Test func `who drives for himself has not left his way, and has once he is at work again`() throws {
        func driver(_ special: String, at seconds: Double) throws {
            let since = time(seconds).rfc3339
            let text = #"{"id":"d-1","current_load_id":"load-1","status":"OFF_DUTY","status_since":"\#(since)"\#(special)}"#
            try harness.send([Record(text, key: "d-1", at: time(seconds))], to: "drivers")
        }
        try driver(#","special":"PERSONAL_CONVEYANCE""#, at: 500)
        try route("ACTIVE", at: -1)
        let fixes = detour()
        try harness.send(Array(fixes[..<45]), to: "tracking")
        #expect(try states() == [])
        try driver("", at: 900)
        try harness.send(Array(fixes[45...]), to: "tracking")
        try harness.finish()
        #expect(try states() == ["STARTED truck-1", "CLEARED truck-1"])
    }

    @Test(arguments: [
        #"{"event_type":"VEHICLE_LOCATION_UPDATED","data":{"vehicle_id":"v","location":{"latitude":91,"longitude":0}}}"#,
        #"{"event_type":"VEHICLE_LOCATION_UPDATED","data":{"location":{"latitude":9,"longitude":0}}}"#,
        #"{"event_type":"VEHICLE_LOCATION_UPDATED","data":{"vehicle_id":"v"}}"#, "[", "",
    ])
    func `what is no location is a failure of its decoder, and left to the catalog by the job`(text: String) throws {
        let record = Record(text, key: "v", at: time(0))
        var builder = BatchBuilder()
        builder.append(record)
        let batch = builder.finish()
        var decoder = VehicleFixDecoder { VehicleSignal($0, .fix(Fix($1))) }
        #expect(throws: DecodeFailure.self) { try decoder.decode(0, of: batch) }
        try harness.send([record], to: "tracking")
        #expect(harness.deadLetters.isEmpty)
    }

    @Test func `a route whose way is none becomes a dead letter`() throws {
        try route("ACTIVE", at: 0, geometry: #"{"type":"LineString","coordinates":[[-98,38.5]]}"#)
        #expect(harness.deadLetters.count == 1)
    }

    @Test func `settings that make no rule are refused by name`() {
        var reader = SettingsReader(texts: ["raise-fixes": "0", "corridor-meter": "150", "gap": "0s"])
        let failure = #expect(throws: SettingsFailure.self) { try RouteDeviation(settings: &reader) }
        for word in ["raise-fixes", "gap", "did you mean corridor-meters?"] { #expect(failure?.description.contains(word) == true) }
    }
}
