internal import Freight
internal import StreamCore
internal import Testing
internal import Wire

/// A load's life, and what follows it.
@Suite struct LifeTests {
    let fleet: Fleet

    init() throws { fleet = try Fleet() }

    @Test func `a load is made with a number, an event, an audit record, a snapshot and an answer`() throws {
        let load = fleet.id()
        let reply = try fleet.ask(.create, .load, load, Body.load)
        #expect(reply.outcome.status == 201)
        #expect(reply.outcome.version == 1)
        let now = try #require(try fleet.now(.load, load))
        #expect(now["load_number"]?.string == "LH-261123-000001")
        #expect(now["status"]?.string == "CREATED")
        #expect(reply.outcome.entity?.json == now)
        #expect(String(decoding: fleet.left("entities-loads")[0].value ?? [], as: UTF8.self).contains(#""rate":1234.50"#))
        #expect(fleet.types("loads") == ["LOAD_CREATED"])
        #expect(fleet.said("audit").map { $0["action"]?.string } == ["CREATE"])
        #expect(fleet.said("audit")[0]["user_id"]?.string == "ann")
        #expect(fleet.said("audit")[0]["changed_data"]?["weight"]?["new"]?.number == 30_000)
    }

    @Test func `a load is assigned, driven and delivered, and its vehicle and driver are free again`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let assigned = try fleet.ask(.assign, .load, load, Body.assign(crew))
        #expect(assigned.outcome.status == 200)
        #expect(assigned.outcome.entity?.json["vehicle_id"]?.string == crew.vehicle.description)
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "ASSIGNED")
        #expect(try fleet.now(.driver, crew.driver)?["status"]?.string == "AVAILABLE")
        #expect(try fleet.now(.driver, crew.driver)?["current_load_id"]?.string == load.description)
        for status in ["picked_up", "IN_TRANSIT"] {
            #expect(try fleet.ask(.status, .load, load, #"{"status":"\#(status)"}"#).outcome.status == 200)
        }
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "IN_TRANSIT")
        #expect(try fleet.now(.driver, crew.driver)?["status"]?.string == "DRIVING")
        #expect(try fleet.ask(.status, .load, load, #"{"status":"DELIVERED","timestamp":"2026-11-23T07:59:00Z"}"#).outcome.status == 200)
        #expect(try fleet.now(.load, load)?["delivered_at"]?.string == "2026-11-23T07:59:00Z")
        for (type, id) in [(EntityType.vehicle, crew.vehicle), (.driver, crew.driver)] {
            #expect(try fleet.now(type, id)?["status"]?.string == "AVAILABLE")
            #expect(try fleet.now(type, id)?["current_load_id"] == .null)
        }
        #expect(fleet.types("loads") == ["LOAD_CREATED", "LOAD_ASSIGNED", "LOAD_PICKED_UP", "LOAD_IN_TRANSIT", "LOAD_DELIVERED"])
        #expect(fleet.types("vehicles") == ["VEHICLE_CREATED"] + Array(repeating: "VEHICLE_STATUS_CHANGED", count: 3))
        #expect(fleet.types("drivers") == ["DRIVER_CREATED", "DRIVER_UPDATED", "DRIVER_STATUS_CHANGED", "DRIVER_STATUS_CHANGED"])
        let duties = fleet.said("drivers").filter { $0["event_type"]?.string == "DRIVER_STATUS_CHANGED" }
        #expect(duties.map { $0["data"]?["duty"]?.bool } == [false, false])
        // Three made, one assigned, three statuses, the load: side effects leave no audit record.
        #expect(fleet.said("audit").count == 8)
    }

    @Test func `the answer to an assignment comes when the vehicle and the driver have followed`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        let command = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(command)
        while try fleet.replies(to: command).isEmpty { try fleet.deliver() }
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "ASSIGNED")
        #expect(try fleet.now(.driver, crew.driver)?["current_load_id"]?.string == load.description)
    }

    @Test func `a cancelled load frees its vehicle and driver`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.bring(load, crew, to: .assigned)
        #expect(try fleet.ask(.status, .load, load, #"{"status":"CANCELLED","reason":"customer"}"#).outcome.status == 200)
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "AVAILABLE")
        #expect(try fleet.now(.driver, crew.driver)?["current_load_id"] == .null)
        #expect(fleet.types("drivers").last == "DRIVER_UPDATED")
        let next = try fleet.load()
        #expect(try fleet.ask(.assign, .load, next, Body.assign(crew)).outcome.status == 200)
    }

    @Test func `a delayed load goes on from where it was`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.bring(load, crew, to: .inTransit)
        #expect(try fleet.ask(.status, .load, load, #"{"status":"DELAYED","reason":"OVERDUE"}"#).outcome.status == 200)
        #expect(try fleet.now(.load, load)?["delayed_from"]?.string == "IN_TRANSIT")
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "IN_TRANSIT")
        #expect(try fleet.ask(.status, .load, load, #"{"status":"PICKED_UP"}"#).outcome.refusal?.code == "INVALID_STATUS_TRANSITION")
        #expect(try fleet.ask(.status, .load, load, #"{"status":"DELIVERED"}"#).outcome.status == 200)
        #expect(try fleet.now(.load, load)?["delayed_from"] == .null)
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "AVAILABLE")
    }

    @Test func `the same status again is answered and is no event`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.bring(load, crew, to: .pickedUp)
        let (events, audits) = (fleet.left("loads").count, fleet.left("audit").count)
        let reply = try fleet.ask(.status, .load, load, #"{"status":"PICKED_UP"}"#)
        #expect(reply.outcome.status == 200)
        #expect(reply.outcome.entity != nil)
        #expect(fleet.left("loads").count == events)
        #expect(fleet.left("audit").count == audits)
    }

    @Test func `a route follows its load, and says at the end how far and how long it was`() throws {
        let (crew, load, route) = (try fleet.crew(), try fleet.load(), fleet.id())
        #expect(
            try fleet.ask(.create, .route, route, #"{"load_id":"\#(load)","distance_miles":240,"duration_minutes":290}"#).outcome.status
                == 201)
        try fleet.ask(.location, .vehicle, crew.vehicle, #"{"latitude":29.7,"longitude":-95.3,"odometer":1000}"#)
        try fleet.bring(load, crew, to: .inTransit)
        #expect(try fleet.now(.route, route)?["status"]?.string == "ACTIVE")
        #expect(try fleet.now(.route, route)?["vehicle_id"]?.string == crew.vehicle.description)
        try fleet.ask(.location, .vehicle, crew.vehicle, #"{"latitude":32.7,"longitude":-96.8,"mileage":1245.5}"#)
        let command = try fleet.command(.status, .load, load, #"{"status":"DELIVERED"}"#)
        try fleet.post(command)
        while try fleet.replies(to: command).isEmpty { try fleet.deliver() }
        #expect(try fleet.now(.route, route)?["status"]?.string == "COMPLETED")
        #expect(fleet.types("routes") == ["ROUTE_OPTIMIZED", "ROUTE_COMPLETED"])
        #expect(fleet.said("routes")[1]["data"]?["actual_miles"]?.number == 245.5)
        #expect((fleet.said("routes")[1]["data"]?["actual_minutes"]?.number ?? -1) > 0)
    }

    @Test func `a newer route takes the place of an earlier one, and a cancelled load cancels it`() throws {
        let (load, first, second) = (try fleet.load(), fleet.id(), fleet.id())
        for route in [first, second] { try fleet.ask(.create, .route, route, #"{"load_id":"\#(load)","duration_minutes":290}"#) }
        #expect(try fleet.now(.route, first)?["status"]?.string == "CANCELLED")
        #expect(try fleet.now(.route, second)?["status"]?.string == "PLANNED")
        try fleet.ask(.status, .load, load, #"{"status":"CANCELLED"}"#)
        #expect(try fleet.now(.route, second)?["status"]?.string == "CANCELLED")
    }
}
