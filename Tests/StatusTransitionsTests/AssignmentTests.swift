internal import Freight
internal import HoursOfService
internal import StreamCore
internal import Testing
internal import Wire

/// Who may take a load, and what becomes of an assignment when others are slow.
@Suite struct AssignmentTests {
    let fleet: Fleet

    init() throws { fleet = try Fleet() }

    private func code(_ load: EntityID, _ crew: CrewOf) throws -> String? {
        try fleet.ask(.assign, .load, load, Body.assign(crew)).outcome.refusal?.code
    }

    @Test func `each of the three that is not there is named`() throws {
        let (crew, load, nobody) = (try fleet.crew(), try fleet.load(), fleet.id())
        #expect(try code(load, CrewOf(carrier: nobody, vehicle: crew.vehicle, driver: crew.driver)) == "CARRIER_NOT_FOUND")
        #expect(try code(load, CrewOf(carrier: crew.carrier, vehicle: nobody, driver: crew.driver)) == "VEHICLE_NOT_FOUND")
        #expect(try code(load, CrewOf(carrier: crew.carrier, vehicle: crew.vehicle, driver: nobody)) == "DRIVER_NOT_FOUND")
        #expect(try code(nobody, crew) == "LOAD_NOT_FOUND")
        #expect(try code(load, crew) == nil)
    }

    @Test func `who was asked in vain is free again`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        #expect(try code(load, CrewOf(carrier: crew.carrier, vehicle: crew.vehicle, driver: fleet.id())) == "DRIVER_NOT_FOUND")
        #expect(try fleet.now(.vehicle, crew.vehicle)?["version"]?.integer == 1)
        #expect(try fleet.ask(.status, .vehicle, crew.vehicle, #"{"status":"MAINTENANCE"}"#).outcome.status == 200)
    }

    @Test func `a vehicle and a driver take one load at a time`() throws {
        let (crew, other) = (try fleet.crew(), try fleet.crew("2"))
        try fleet.bring(try fleet.load(), crew, to: .assigned)
        let load = try fleet.load()
        #expect(try code(load, crew) == "VEHICLE_NOT_AVAILABLE")
        let mixed = CrewOf(carrier: crew.carrier, vehicle: try fleet.vehicle(crew.carrier, "V-3"), driver: crew.driver)
        #expect(try code(load, mixed) == "DRIVER_ON_ANOTHER_LOAD")
        #expect(try code(load, other) == nil)
        #expect(try code(load, other) == "LOAD_NOT_CREATED")
    }

    @Test func `a vehicle in maintenance and a driver off duty are refused`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.ask(.status, .vehicle, crew.vehicle, #"{"status":"MAINTENANCE"}"#)
        #expect(try code(load, crew) == "VEHICLE_NOT_AVAILABLE")
        try fleet.ask(.status, .vehicle, crew.vehicle, #"{"status":"AVAILABLE"}"#)
        try fleet.ask(.status, .driver, crew.driver, #"{"status":"OFF_DUTY"}"#)
        #expect(try code(load, crew) == "DRIVER_NOT_AVAILABLE")
    }

    @Test func `a licence holds until the end of its last day`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.ask(.update, .driver, crew.driver, #"{"license_expiry":"2026-11-22"}"#, mode: .patch)
        #expect(try code(load, crew) == "LICENSE_EXPIRED")
        try fleet.ask(.update, .driver, crew.driver, #"{"license_expiry":"2026-11-23"}"#, mode: .patch)
        #expect(try code(load, crew) == nil)
    }

    @Test func `the vehicle, the driver and the carrier belong together`() throws {
        let (crew, other, load) = (try fleet.crew(), try fleet.crew("2"), try fleet.load())
        #expect(try code(load, CrewOf(carrier: crew.carrier, vehicle: other.vehicle, driver: crew.driver)) == "VEHICLE_OF_ANOTHER_CARRIER")
        #expect(try code(load, CrewOf(carrier: crew.carrier, vehicle: crew.vehicle, driver: other.driver)) == "DRIVER_OF_ANOTHER_CARRIER")
    }

    @Test(arguments: [("weight", 44_000, "WEIGHT_OVER_CAPACITY"), ("volume", 3_000, "VOLUME_OVER_CAPACITY")])
    func `a load is no heavier and no larger than its vehicle takes`(member: String, most: Int, code: String) throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.ask(.update, .load, load, #"{"\#(member)":\#(most + 1)}"#, mode: .patch)
        #expect(try self.code(load, crew) == code)
        try fleet.ask(.update, .load, load, #"{"\#(member)":\#(most)}"#, mode: .patch)
        #expect(try self.code(load, crew) == nil)
    }

    /// A driver who has driven ten hours and rests from eight o'clock on.
    private func tired(_ driver: EntityID) throws -> String {
        let calendar = try #require(CarrierCalendar(timeZone: "America/Chicago"))
        let terms = DutyTerms(rules: [.usProperty], cycle: .seventyInEight, calendar: calendar)
        var log = DutyLog()
        let start = try #require(EventTime(rfc3339: "2026-11-22T21:30:00Z"))
        _ = log.take(DutyEntry(id: "a", start: start, status: .driving))
        _ = log.take(DutyEntry(id: "b", start: start.advanced(by: .init(.seconds(37_800))), status: .offDuty))
        let hours = DriverHours(driver: driver.description, ruleSet: "US_PROPERTY", terms: terms, log: log)
        var out = ByteWriter()
        hours.write(hours.evaluated(at: fleet.now), into: &out)
        return String(decoding: out.bytes, as: UTF8.self)
    }

    @Test func `a driver has the trip's first hour left at pickup, after resting until then`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.tell(hours: try tired(crew.driver), of: crew.driver)
        try fleet.ask(.update, .load, load, #"{"pickup_datetime":"2026-11-23T10:00:00Z"}"#, mode: .patch)
        let refusal = try #require(try fleet.ask(.assign, .load, load, Body.assign(crew)).outcome.refusal)
        #expect(refusal.code == "HOURS_TOO_LOW")
        #expect(refusal.message.contains("30 min of driving left"))
        // Rested ten hours by then, the driver has all of them again.
        try fleet.ask(.update, .load, load, #"{"pickup_datetime":"2026-11-23T18:30:00Z"}"#, mode: .patch)
        #expect(try code(load, crew) == nil)
    }

    @Test func `a trip shorter than an hour asks for no more than itself`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.tell(hours: try tired(crew.driver), of: crew.driver)
        try fleet.ask(.update, .load, load, #"{"pickup_datetime":"2026-11-23T10:00:00Z"}"#, mode: .patch)
        try fleet.ask(.create, .route, fleet.id(), #"{"load_id":"\#(load)","duration_minutes":25}"#)
        #expect(try code(load, crew) == nil)
    }

    @Test func `everything that speaks against an assignment is said at once`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.ask(.status, .vehicle, crew.vehicle, #"{"status":"MAINTENANCE"}"#)
        try fleet.ask(.status, .driver, crew.driver, #"{"status":"OFF_DUTY"}"#)
        let refusal = try #require(try fleet.ask(.assign, .load, load, Body.assign(crew)).outcome.refusal)
        #expect(refusal.details.map(\.field) == ["vehicle_id", "driver_id"])
        let wrong = try #require(try fleet.ask(.assign, .load, load, #"{"carrier_id":"x"}"#).outcome.refusal)
        #expect(wrong.status == 422)
        #expect(wrong.details.map(\.field) == ["carrier_id", "vehicle_id", "driver_id"])
    }

    @Test func `the trip that hours are asked for stays until the assignment is decided`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let assign = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(assign)
        let near = #"{"delivery_location":{"latitude":29.77,"longitude":-95.37}}"#
        for body in [#"{"pickup_datetime":"2026-11-23T09:00:00Z"}"#, near] {
            let change = try fleet.command(.update, .load, load, body, mode: .patch)
            try fleet.post(change)
            #expect(try fleet.replies(to: change).map(\.outcome.refusal?.code) == ["ASSIGNMENT_IN_PROGRESS"])
        }
        let lighter = try fleet.command(.update, .load, load, #"{"weight":100}"#, mode: .patch)
        try fleet.post(lighter)
        #expect(try fleet.replies(to: lighter).map(\.outcome.status) == [200])
        try fleet.settle()
        #expect(try fleet.replies(to: assign).map(\.outcome.status) == [200])
        #expect(try fleet.ask(.update, .load, load, near, mode: .patch).outcome.status == 200)
    }

    @Test func `of twenty assignments of one load at once one succeeds`() throws {
        let load = try fleet.load()
        let crews = try (0..<20).map { try fleet.crew("\($0)") }
        let commands = try crews.map { try fleet.command(.assign, .load, load, Body.assign($0)) }
        for command in commands { try fleet.post(command) }
        try fleet.settle()
        let statuses = try commands.map { try fleet.replies(to: $0).map(\.outcome.status) }
        #expect(statuses.filter { $0 == [200] }.count == 1)
        #expect(statuses.filter { $0 == [409] }.count == 19)
        #expect(try crews.filter { try fleet.now(.vehicle, $0.vehicle)?["status"]?.string == "ASSIGNED" }.count == 1)
    }

    @Test func `of two loads that want one vehicle at once one gets it`() throws {
        let crew = try fleet.crew()
        let commands = try (0..<2).map { _ in try fleet.command(.assign, .load, try fleet.load(), Body.assign(crew)) }
        for command in commands { try fleet.post(command) }
        try fleet.settle()
        #expect(try commands.flatMap { try fleet.replies(to: $0).map(\.outcome.status) }.sorted() == [200, 409])
    }

    @Test func `an assignment that is not answered in time is given up, and a late vehicle is on no load`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let command = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(command)
        // The carrier and the driver answer; the vehicle's owner is down.
        try fleet.deliver { $0 - 1 }
        try fleet.wait(.seconds(21))
        #expect(try fleet.replies(to: command).map(\.outcome.status) == [504])
        let (second, other) = (try fleet.crew("2"), try fleet.load())
        // An hour later its owner is back, and finds the request and behind it the release.
        try fleet.wait(.seconds(3_600))
        try fleet.settle()
        #expect(try fleet.now(.load, load)?["status"]?.string == "CREATED")
        #expect(try code(load, second) == nil)
        #expect(try code(other, crew) == nil)
        #expect(try fleet.now(.vehicle, crew.vehicle)?["current_load_id"]?.string == other.description)
    }

    @Test func `a vehicle that has been reserved for long asks, and goes only when its load lets it`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let command = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(command)
        // The vehicle is reserved; nobody else hears anything for a while.
        try fleet.deliver()
        #expect(try fleet.ask(.status, .vehicle, crew.vehicle, #"{"status":"AVAILABLE"}"#).outcome.status == 200)
        #expect(try fleet.replies(to: command).map(\.outcome.status) == [200])
        try fleet.wait(.seconds(31))
        try fleet.settle()
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "ASSIGNED")
    }

    @Test func `a load that is cancelled while it is being assigned is cancelled`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let command = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(command)
        try fleet.post(try fleet.command(.status, .load, load, #"{"status":"CANCELLED"}"#))
        try fleet.settle()
        #expect(try fleet.replies(to: command).map(\.outcome.refusal?.code) == ["LOAD_NOT_CREATED"])
        #expect(try code(try fleet.load(), crew) == nil)
    }

    @Test(arguments: 0..<24 as Range<Int>, [0, 2]) func `a crash at any step of an assignment ends in one of its two ends`(
        step: Int, lost: Int
    ) throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let command = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(command)
        for _ in 0..<step where fleet.waiting > 0 { try fleet.deliver() }
        try fleet.crash(losing: lost)
        try fleet.settle()
        try fleet.wait(.seconds(120))
        try fleet.settle()
        let status = try fleet.now(.load, load)?["status"]?.string
        let now = [try fleet.now(.vehicle, crew.vehicle), try fleet.now(.driver, crew.driver)]
        #expect(try fleet.replies(to: command).count == 1)
        switch status {
        case "ASSIGNED": #expect(now.allSatisfy { $0?["current_load_id"]?.string == load.description })
        case "CREATED":
            #expect(now.allSatisfy { $0?["current_load_id"]?.string == nil })
            #expect(try code(try fleet.load(), crew) == nil)
        default: Issue.record("the load is \(status ?? "gone")")
        }
    }

    @Test func `messages that come twice change nothing`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let command = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(command)
        for _ in 0..<200 where fleet.waiting > 0 {
            try fleet.deliver(again: true)
            try fleet.deliver()
        }
        #expect(fleet.waiting == 0)
        #expect(try fleet.replies(to: command).map(\.outcome.status) == [200])
        #expect(fleet.types("loads") == ["LOAD_CREATED", "LOAD_ASSIGNED"])
        #expect(fleet.types("vehicles") == ["VEHICLE_CREATED", "VEHICLE_STATUS_CHANGED"])
        #expect(fleet.types("drivers") == ["DRIVER_CREATED", "DRIVER_UPDATED"])
    }
}
