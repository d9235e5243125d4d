import AuditAnomaly
import Dataflow
import FleetSimulator
import Freight
import HOSViolations
import RouteDeviation
import StatusTransitions
import StreamCore
import StreamTesting
import Testing
import Wire

/// Events that jobs and the simulator really send, held against the catalog.
@Suite struct OurOwnTests {
    private let validator = EventValidator()

    private func simulated(_ voice: SimulatedVoice, hours: Int, vehicles: Int = 4, users: Int = 0) -> [SimulatedRecord] {
        let start = EventTime(milliseconds: 1_772_431_200_000)
        var settings = SimulationSettings(vehicles: vehicles, users: users, seed: 9, start: start)
        (settings.voice, settings.fixSeconds, settings.legMiles) = (voice, 60...60, 60...200)
        settings.cancelShare = 0.3
        var simulation = FleetSimulation(settings: settings)
        return simulation.advance(to: start.advanced(by: .init(.seconds(hours * 3_600))))
    }

    private func expectRight(_ records: [Record], on topic: String? = nil) throws -> Set<String> {
        var types: Set<String> = []
        for record in records {
            let value = try #require(record.value)
            let problems = try validator.problems(inRecord: value, on: topic)
            #expect(problems == [], "\(record.text)")
            let event = try JSON(parsing: value)
            guard let type = event["event_type"]?.string else { continue }
            types.insert(type)
            try expectWhole(event, Promised.events.first { $0.type == type })
        }
        return types
    }

    /// Ours have every member of the envelope, and all of their data that is promised of any.
    private func expectWhole(_ event: JSON, _ promised: Promised.Event?) throws {
        let promised = try #require(promised)
        for name in [
            "event_id", "version", "timestamp", "source", "correlation_id", "causation_id", "entity_type", "entity_id", "severity",
            "metadata",
        ] { #expect(event[name] != nil, "\(name) in \(event)") }
        for member in promised.members where member.isAlwaysOurs {
            #expect(event["data"]?[member.name] != nil, "\(member.name) in \(event)")
        }
    }

    @Test func `events of the simulator are right`() throws {
        let records = simulated(.events, hours: 30)
        var types: Set<String> = []
        for topic in EventSchema.topics { types.formUnion(try expectRight(records.filter { $0.topic == topic }.map(\.record), on: topic)) }
        for type in ["LOAD_CREATED", "LOAD_DELIVERED", "VEHICLE_LOCATION_UPDATED", "DRIVER_STATUS_CHANGED", "ROUTE_OPTIMIZED"] {
            #expect(types.contains(type))
        }
    }

    @Test func `events of the owners are right`() throws {
        var settings = SettingsReader()
        let harness = try JobHarness(
            try StatusTransitions(settings: &settings), keys: ["commands": "entity_id", "messages": "entity_id", "hours": "driver_id"])
        // Locations are many and all alike.
        var locations = 0
        let commands = simulated(.commands, hours: 30).filter { $0.topic == SimulatedTopic.commands }.map(\.record).filter { record in
            if record.text.contains(#""LOCATION""#) { locations += 1 }
            return locations < 20 || !record.text.contains(#""LOCATION""#)
        }
        var delivered = 0
        for command in commands + (try removals(after: commands)) {
            try harness.send([command], to: "commands")
            while true {
                let said = harness.received(from: "sagas")
                if said.count == delivered { break }
                let fresh = Array(said[delivered...])
                delivered = said.count
                try harness.send(fresh, to: "messages")
            }
        }
        var types: Set<String> = []
        for (outlet, topic) in [
            ("loads", "tms.loads"), ("vehicles", "tms.vehicles"), ("tracking", "tms.vehicles.tracking"), ("drivers", "tms.drivers"),
            ("carriers", "tms.carriers"), ("routes", "tms.routes"),
        ] { types.formUnion(try expectRight(harness.received(from: outlet), on: topic)) }
        for type in [
            "LOAD_CREATED", "LOAD_ASSIGNED", "LOAD_PICKED_UP", "LOAD_IN_TRANSIT", "LOAD_DELIVERED", "LOAD_CANCELLED", "LOAD_DELETED",
            "VEHICLE_CREATED", "VEHICLE_STATUS_CHANGED", "VEHICLE_LOCATION_UPDATED", "DRIVER_CREATED", "DRIVER_UPDATED",
            "DRIVER_STATUS_CHANGED", "CARRIER_CREATED", "CARRIER_UPDATED", "ROUTE_OPTIMIZED", "ROUTE_COMPLETED",
        ] { #expect(types.contains(type), "\(type)") }
    }

    /// A carrier changed, a driver seen and resting, and every load removed that can be.
    private func removals(after commands: [Record]) throws -> [Record] {
        var more: [Record] = []
        for record in commands {
            let command = try JSON(parsing: record.value ?? [])
            guard command["type"]?.string == "CREATE", let id = command["entity_id"]?.string else { continue }
            let time = record.time.advanced(by: .init(.seconds(60 * 3_600)))
            func add(_ type: CommandType, _ entity: EntityType, _ body: JSON) {
                let made = Command(
                    id: EntityID("0191f6a0-7f0b-7a5e-9b4f-\(String(id.suffix(10)))\(more.count % 90 + 10)"), type: type, entityType: entity,
                    entityID: EntityID(id), time: time, source: "test", correlationID: nil, body: body)
                var builder = BatchBuilder()
                CommandEncoder().encode(made, at: time, key: made.entityID.utf8, into: &builder)
                more += builder.finish().records
            }
            switch command["entity_type"]?.string {
            case "LOAD": add(.delete, .load, .object([]))
            case "CARRIER": add(.update, .carrier, .object(["cycle": "60/7", "timezone": "America/Denver"]))
            case "DRIVER":
                add(.location, .driver, .object(["latitude": 40, "longitude": -90, "speed": 12]))
                add(.status, .driver, .object(["status": "SLEEPER_BERTH", "log_entry_id": "e", "revision": 2]))
            default: break
            }
        }
        return more
    }

    @Test func `events of the hours of service are right`() throws {
        var settings = SettingsReader()
        let harness = try JobHarness(try HOSViolations(settings: &settings), keys: ["duty": "driver_id"])
        let driver = "0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a70"
        for (hour, status) in [(0, "OFF_DUTY"), (40, "DRIVING"), (56, "OFF_DUTY"), (70, "DRIVING")] {
            let start = EventTime(milliseconds: 1_772_431_200_000).advanced(by: .init(.seconds(hour * 3_600)))
            let event = JSON.object([
                "event_type": "DRIVER_STATUS_CHANGED", "timestamp": .string(start.rfc3339), "entity_type": "DRIVER",
                "entity_id": .string(driver),
                "data": .object(["driver_id": .string(driver), "new_status": .string(status), "log_entry_id": .string("e\(hour)")]),
            ])
            try harness.send([Record(event.description, key: driver, at: start)], to: "duty")
        }
        let types = try expectRight(harness.received(from: "violations"), on: "tms.drivers")
        #expect(types == ["DRIVER_HOS_VIOLATION", "DRIVER_HOS_WARNING"])
        #expect(try expectRight(harness.received(from: "alerts"), on: "tms.system.alerts") == ["SYSTEM_ALERT"])
    }

    @Test func `events of route deviation are right`() throws {
        var settings = SettingsReader()
        let job = try RouteDeviation(settings: &settings)
        let harness = try JobHarness(
            job, lateness: ["tracking": .seconds(2)], keys: ["tracking": "vehicle_id", "routes": "route_id"])
        let records = simulated(.events, hours: 30, vehicles: 8).sorted { $0.arrival < $1.arrival }
        for record in records {
            switch record.topic {
            case SimulatedTopic.routeSnapshots: try harness.send([record.record], to: "routes")
            case SimulatedTopic.tracking: try harness.send([record.record], to: "tracking")
            default: continue
            }
        }
        try harness.finish()
        #expect(try expectRight(harness.received(from: "events"), on: "tms.routes").contains("ROUTE_DEVIATION"))
    }

    @Test func `alerts of the anomaly rule are right`() throws {
        var settings = SettingsReader()
        let harness = try JobHarness(
            try AuditAnomaly(settings: &settings), lateness: ["audit": .milliseconds(500)], keys: ["audit": "user_id"])
        let audit = simulated(.events, hours: 2, vehicles: 0, users: 20).filter { $0.topic == SimulatedTopic.audit }
        for record in audit.sorted(by: { $0.time < $1.time }) { try harness.send([record.record], to: "audit") }
        try harness.finish()
        #expect(try expectRight(harness.received(from: "anomalies"), on: "tms.anomalies") == ["ANOMALY_SUSPECTED"])
    }
}
