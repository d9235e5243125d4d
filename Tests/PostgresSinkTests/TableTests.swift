import Dataflow
import Freight
import PostgresClient
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

@testable import PostgresSink

@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct TableTests {
    private let server: PostgresServer
    private let uri: String
    private let session: PostgresSession
    private let depot: Depot

    init() async throws {
        server = try PostgresServer.shared()
        uri = try server.database()
        session = try PostgresSession(PostgresSettings(Secret(uri)))
        let pool = PostgresPool(PostgresSettings(Secret(uri)), limit: 2, clock: { EventTime(microseconds: 0) })
        var settings = SettingsReader()
        let job = try PostgresSink(pool, settings: &settings)
        depot = try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
    }

    private static let at = EventTime(rfc3339: "2026-11-23T08:00:00Z") ?? .distantPast
    private static let loadID = "0190f3c2-6b7e-7c3a-8d1e-2f3a4b5c6d7e"

    private func load(version: Int, _ change: (inout Load) -> Void = { _ in }) -> Record {
        var load = Load.blank(EntityID(Self.loadID))
        load.number = "LH-261123-000001"
        load.carrierID = EntityID("0190f3c2-6b7e-7c3a-8d1e-000000000001")
        load.customerID = "ACME"
        load.pickupLocation = Location(latitude: 29.76, longitude: -95.37, city: "Houston")
        load.deliveryLocation = Location(latitude: 32.78, longitude: -96.8)
        (load.pickupAddress, load.deliveryAddress) = ("1 Main St, Houston", "2 Elm St, Dallas")
        (load.pickupAt, load.deliveryAt) = (Self.at, Self.at.advanced(by: .init(microseconds: 3_600_000_000)))
        load.weight = 1234.5
        load.rate = Money("1999.90")
        load.specialRequirements = ["liftgate"]
        load.history = [StatusChange(status: .created, at: Self.at, by: "ann")]
        (load.createdAt, load.updatedAt, load.version) = (Self.at, Self.at, version)
        change(&load)
        return Record(key: load.id.utf8, value: load.text.utf8, time: Self.at)
    }

    private func row(_ columns: String, of table: String) throws -> [String?] {
        let found = try session.query("SELECT \(columns) FROM \(table)")
        guard found.count == 1 else { return ["\(found.count) rows"] }
        return found.columns.indices.map { found.text(0, $0) }
    }

    @Test func `a load is a row with its members, its places and its history`() async throws {
        try depot.publish([load(version: 1)], to: "loads")
        try await depot.settled()
        #expect(
            try row(
                "id, load_number, status, rate, weight, ST_AsText(pickup_location), pickup_datetime, version, document ->> 'customer_id'",
                of: "loads")
                == [
                    Self.loadID, "LH-261123-000001", "CREATED", "1999.90", "1234.5", "POINT(-95.37 29.76)", "2026-11-23 08:00:00+00", "1",
                    "ACME",
                ])
        #expect(try row("load_id, step, status, by", of: "load_status_history") == [Self.loadID, "1", "CREATED", "ann"])
        #expect(try row("search @@ to_tsquery('simple', 'elm:* & acme')", of: "loads") == ["t"])
        await depot.stop()
    }

    @Test func `a newer version takes a row's place, an older one does not, and a deletion ends it`() async throws {
        try depot.publish([load(version: 2), load(version: 3) { $0.status = .assigned }], to: "loads")
        try await depot.settled()
        try depot.publish([load(version: 2) { $0.status = .cancelled }], to: "loads")
        try await depot.settled()
        #expect(try row("status, version", of: "loads") == ["ASSIGNED", "3"])
        try depot.publish([Record(key: Array(Self.loadID.utf8), value: nil, time: Self.at)], to: "loads")
        try await depot.settled()
        #expect(try row("1", of: "loads") == ["0 rows"])
        #expect(try row("1", of: "load_status_history") == ["0 rows"])
        await depot.stop()
    }

    @Test func `every entity has its table`() async throws {
        let id = EntityID("0190f3c2-6b7e-7c3a-8d1e-00000000000a")
        var (carrier, vehicle, driver, route) = (Carrier.blank(id), Vehicle.blank(id), Driver.blank(id), Route.blank(id))
        carrier.name = "Blue Freight"
        (vehicle.number, vehicle.carrierID, vehicle.currentLocation) = ("T-1", id, Location(latitude: 1, longitude: 2))
        (driver.name, driver.licenseNumber, driver.carrierID) = ("Ann Lee", "X1", id)
        route.geometry = Document(.object(["type": "LineString", "coordinates": [[-95.4, 29.8], [-96.8, 32.8]]]))
        route.distanceMiles = 239.5
        func snapshot<Thing: Entity>(_ thing: Thing) -> Record {
            var thing = thing
            (thing.version, thing.createdAt, thing.updatedAt) = (1, Self.at, Self.at)
            return Record(key: id.utf8, value: thing.text.utf8, time: Self.at)
        }
        try depot.publish([snapshot(carrier)], to: "carriers")
        try depot.publish([snapshot(vehicle)], to: "vehicles")
        try depot.publish([snapshot(driver)], to: "drivers")
        try depot.publish([snapshot(route)], to: "routes")
        try await depot.settled()
        #expect(try row("name, status, contact_info", of: "carriers") == ["Blue Freight", "ACTIVE", "{}"])
        #expect(try row("vehicle_number, vehicle_type, ST_Y(current_location::geometry)", of: "vehicles") == ["T-1", "TRUCK", "1"])
        #expect(try row("name, status, current_load_id", of: "drivers") == ["Ann Lee", "AVAILABLE", nil])
        #expect(try row("status, strategy, ST_NumPoints(geometry::geometry)", of: "routes") == ["PLANNED", "DISTANCE", "2"])
        await depot.stop()
    }

    @Test func `an audit record is a row, once`() async throws {
        let text = #"""
            {"id":"0190f3c2-6b7e-7c3a-8d1e-0000000000aa","table_name":"loads","record_id":"x","action":"STATUS_CHANGE",
            "changed_data":{"status":{"old":"CREATED","new":"ASSIGNED"}},"user_id":null,"correlation_id":"c1","created_at":"2026-11-23T08:00:00.5Z"}
            """#
        try depot.publish([Record(text, key: "x", at: Self.at), Record(text, key: "x", at: Self.at)], to: "audit")
        try await depot.settled()
        #expect(
            try row("table_name, action, changed_data -> 'status' ->> 'new', user_id, created_at", of: "audit_logs")
                == ["loads", "STATUS_CHANGE", "ASSIGNED", nil, "2026-11-23 08:00:00.5+00"])
        await depot.stop()
    }

    @Test func `what is no snapshot becomes a dead letter and holds nothing up`() async throws {
        try depot.publish(
            [Record("no json", key: "a", at: Self.at), Record(#"{"id":"a"}"#, key: "a", at: Self.at), load(version: 1)], to: "loads")
        try await depot.settled()
        #expect(try row("version", of: "loads") == ["1"])
        #expect(try depot.records(of: "loads.dlq").count == 2)
        await depot.stop()
    }

    @Test func `the enumerations are those of the business`() async throws {
        try depot.publish([load(version: 1)], to: "loads")
        try await depot.settled()
        func values(_ type: String) throws -> [String] {
            let found = try session.query("SELECT unnest(enum_range(NULL::\(type)))::text")
            return (0..<found.count).compactMap { found.text($0, 0) }
        }
        #expect(try values("load_status") == LoadStatus.allCases.map(\.rawValue))
        #expect(try values("vehicle_status") == VehicleStatus.allCases.map(\.rawValue))
        #expect(try values("vehicle_type") == VehicleType.allCases.map(\.rawValue))
        #expect(try values("driver_status") == DriverStatus.allCases.map(\.rawValue))
        #expect(try values("carrier_status") == CarrierStatus.allCases.map(\.rawValue))
        #expect(try values("route_status") == RouteStatus.allCases.map(\.rawValue))
        #expect(try values("route_strategy") == RouteStrategy.allCases.map(\.rawValue))
        #expect(try values("audit_action") == AuditAction.allCases.map(\.rawValue))
        await depot.stop()
    }

    @Test func `a column stands for each member`() throws {
        func expect<Thing: Entity>(_ type: Thing.Type, _ table: EntityTable) {
            let members = Set(Thing.fields.map(\.name) + ["id"]).subtracting(["status_history"])
            #expect(Set(table.columns.map(\.name)).subtracting(["picked_up_at"]) == members, "\(table.name)")
        }
        expect(Load.self, .loads)
        expect(Vehicle.self, .vehicles)
        expect(Driver.self, .drivers)
        expect(Carrier.self, .carriers)
        expect(Route.self, .routes)
    }

}
