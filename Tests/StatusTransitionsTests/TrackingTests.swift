internal import Freight
internal import StreamCore
internal import Testing
internal import Wire

/// Where things are, and what drivers do.
@Suite struct TrackingTests {
    let fleet: Fleet
    let crew: CrewOf

    init() throws {
        fleet = try Fleet()
        crew = try fleet.crew()
    }

    private func fix(_ latitude: Double, _ time: String) throws -> Reply {
        try fleet.ask(
            .location, .vehicle, crew.vehicle, #"{"location":{"latitude":\#(latitude),"longitude":-95},"speed":61,"timestamp":"\#(time)"}"#)
    }

    @Test func `the newest fix is where a vehicle is, an older one is history`() throws {
        #expect(try fix(30, "2026-11-23T07:30:00Z").outcome.version == 2)
        #expect(try fix(29, "2026-11-23T07:20:00Z").outcome.version == 2)
        #expect(try fleet.now(.vehicle, crew.vehicle)?["current_location"]?["latitude"]?.number == 30)
        #expect(fleet.types("tracking") == ["VEHICLE_LOCATION_UPDATED", "VEHICLE_LOCATION_UPDATED"])
        #expect(fleet.left("tracking").map(\.time.rfc3339) == ["2026-11-23T07:30:00Z", "2026-11-23T07:20:00Z"])
        #expect(fleet.said("audit").filter { $0["action"]?.string == "LOCATION_UPDATE" }.count == 2)
    }

    @Test func `the same instant is the same point`() throws {
        _ = try fix(30, "2026-11-23T07:30:00Z")
        _ = try fix(29, "2026-11-23T07:20:00Z")
        for time in ["2026-11-23T07:30:00Z", "2026-11-23T07:20:00Z"] { #expect(try fix(31, time).outcome.status == 200) }
        #expect(fleet.left("tracking").count == 2)
        #expect(fleet.said("audit").filter { $0["action"]?.string == "LOCATION_UPDATE" }.count == 2)
    }

    @Test func `a fix of the future is refused, one of the near future is not`() throws {
        #expect(try fix(30, "2026-11-23T09:30:00Z").outcome.refusal?.details.map(\.field) == ["timestamp"])
        #expect(try fix(30, "2026-11-23T08:59:00Z").outcome.status == 200)
    }

    @Test func `all that is wrong with a fix is said at once`() throws {
        let body = #"{"latitude":91,"longitude":-181,"speed":-1,"heading":360,"fuel_level":101}"#
        let refusal = try #require(try fleet.ask(.location, .vehicle, crew.vehicle, body).outcome.refusal)
        #expect(refusal.details.map(\.field) == ["latitude", "longitude", "speed", "heading", "fuel_level"])
    }

    @Test func `a fix on the road names the load and the driver`() throws {
        let load = try fleet.load()
        try fleet.bring(load, crew, to: .inTransit)
        _ = try fix(30, "2026-11-23T07:59:00Z")
        #expect(fleet.said("tracking")[0]["data"]?["load_id"]?.string == load.description)
        #expect(fleet.said("tracking")[0]["data"]?["driver_id"]?.string == crew.driver.description)
    }

    private func duty(_ body: String) throws -> Reply { try fleet.ask(.status, .driver, crew.driver, body) }

    @Test func `a driver's entry is an event of the instant at which it began`() throws {
        #expect(
            try duty(#"{"status":"on_duty","timestamp":"2026-11-23T07:00:00Z","log_entry_id":"e1","special":"yard_move"}"#).outcome.status
                == 200)
        let event = try #require(fleet.said("drivers").last)
        #expect(event["timestamp"]?.string == "2026-11-23T07:00:00Z")
        #expect(event["data"]?["new_status"]?.string == "ON_DUTY")
        #expect(event["data"]?["special"]?.string == "YARD_MOVE")
        #expect(event["data"]?["duty"] == nil)
        #expect(fleet.left("drivers").last?.time.rfc3339 == "2026-11-23T07:00:00Z")
    }

    @Test func `an entry about the past goes to the log and leaves the driver as before`() throws {
        _ = try duty(#"{"status":"DRIVING"}"#)
        let version = try fleet.now(.driver, crew.driver)?["version"]
        #expect(try duty(#"{"status":"ON_DUTY","timestamp":"2026-11-22T07:00:00Z","log_entry_id":"e0"}"#).outcome.status == 200)
        #expect(try fleet.now(.driver, crew.driver)?["status"]?.string == "DRIVING")
        #expect(try fleet.now(.driver, crew.driver)?["version"] == version)
        #expect(fleet.types("drivers").filter { $0 == "DRIVER_STATUS_CHANGED" }.count == 2)
    }

    @Test func `a correction of the current entry corrects the driver, an annulment does not`() throws {
        _ = try duty(#"{"status":"DRIVING","timestamp":"2026-11-23T07:00:00Z","log_entry_id":"e1"}"#)
        _ = try duty(#"{"status":"ON_DUTY","timestamp":"2026-11-23T06:50:00Z","log_entry_id":"e1","revision":1}"#)
        #expect(try fleet.now(.driver, crew.driver)?["status"]?.string == "ON_DUTY")
        _ = try duty(#"{"status":"ON_DUTY","log_entry_id":"e1","revision":2,"annulled":true}"#)
        #expect(try fleet.now(.driver, crew.driver)?["status"]?.string == "ON_DUTY")
        #expect(fleet.said("drivers").last?["data"]?["annulled"]?.bool == true)
    }

    @Test func `the same status again is no event, but as personal conveyance it is`() throws {
        _ = try duty(#"{"status":"OFF_DUTY"}"#)
        let known = fleet.left("drivers").count
        #expect(try duty(#"{"status":"OFF_DUTY"}"#).outcome.status == 200)
        #expect(fleet.left("drivers").count == known)
        _ = try duty(#"{"status":"OFF_DUTY","special":"PERSONAL_CONVEYANCE"}"#)
        #expect(fleet.left("drivers").count == known + 1)
        #expect(try duty(#"{"status":"ASLEEP"}"#).outcome.status == 422)
    }
}
