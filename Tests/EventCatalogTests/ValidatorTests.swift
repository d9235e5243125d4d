import Freight
import HoursOfService
import StreamCore
import Testing
import Wire

@Suite struct ValidatorTests {
    private let validator = EventValidator()

    private func problems(_ event: JSON, on topic: String? = nil) throws -> [String] {
        try validator.problems(inRecord: event.compact, on: topic).map { "\($0.field) \($0.issue)" }
    }

    private func location(_ data: JSON, _ type: String = "VEHICLE_LOCATION_UPDATED") -> JSON {
        .object([
            "event_id": "0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a69", "event_type": .string(type), "timestamp": "2026-11-23T08:00:00Z",
            "entity_type": "VEHICLE", "entity_id": "0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a70", "data": data,
        ])
    }

    private let right = JSON.object([
        "vehicle_id": "0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a70", "location": .object(["latitude": 38.5, "longitude": -98]), "speed": 61.5,
    ])

    @Test func `every type has one schema, of its own topic`() {
        #expect(EventSchema.all.map(\.type) == EventType.allCases)
        for schema in EventSchema.all {
            #expect(EventSchema.of(schema.type) == schema)
            #expect(!schema.data.isEmpty && Set(schema.data.map(\.name)).count == schema.data.count)
        }
        #expect(EventSchema.topics.count == 9)
    }

    @Test func `a right event has no problems, on its topic or on any`() throws {
        #expect(try problems(location(right)) == [])
        #expect(try problems(location(right), on: "tms.vehicles.tracking") == [])
    }

    @Test func `every wrong member is named at once, with its rule`() throws {
        let data = JSON.object(["location": .object(["latitude": 91]), "speed": -1, "heading": 360, "driver_id": "somebody"])
        #expect(
            try problems(location(data)) == [
                "data.vehicle_id is required", "data.driver_id must be a UUID", "data.location.latitude must be from -90 to 90",
                "data.location.longitude is required", "data.speed must be from 0 to 1000000000",
                "data.heading must be from 0 to below 360",
            ])
    }

    @Test func `an unknown type is told what types there are on its topic`() throws {
        #expect(
            try problems(location(right, "VEHICLE_TELEPORTED"), on: "tms.vehicles.tracking") == [
                #"event_type "VEHICLE_TELEPORTED" is not known here; there are VEHICLE_LOCATION_UPDATED"#
            ])
        #expect(try problems(.object([])) == ["event_type is required"])
        #expect(try problems(.integer(1)) == ["event must be a JSON object"])
    }

    @Test func `an event on another type's topic is sent to its own`() throws {
        #expect(try problems(location(right), on: "tms.loads") == ["event_type belongs on tms.vehicles.tracking"])
    }

    @Test func `minor versions and members that nobody knows pass, another major version does not`() throws {
        func versioned(_ version: String) -> JSON {
            .object((location(right).members ?? []) + [JSON.Member("version", .string(version)), JSON.Member("more", .array([]))])
        }
        #expect(try problems(versioned("1.9")) == [])
        #expect(try problems(versioned("2.0")) == ["version must be 1.0, or another version 1"])
    }

    @Test func `what is no JSON is the failure`() {
        #expect(throws: DecodeFailure.self) { try validator.problems(inRecord: Array("{".utf8)) }
    }

    @Test func `an array is looked into`() throws {
        let data = JSON.object([
            "user_id": "u", "count": 2, "window_start": "2026-11-23T08:00:00Z", "window_end": "2026-11-23T08:00:01Z", "threshold": 1,
            "rule": "burst", "audit_ids": ["a", 7],
        ])
        let schema = try #require(EventSchema.of(.anomalySuspected))
        #expect(schema.problems(inData: data).map(\.field) == ["data.audit_ids[1]"])
    }

    @Test func `one look at the bytes says of any event what a reading of all of it says`() throws {
        var drawing = Drawing(seed: 11)
        var (right, wrong) = (0, 0)
        for schema in EventSchema.all {
            for _ in 0..<60 {
                let event = drawing.event(of: schema)
                #expect(try problems(event, on: schema.topic) == [], "\(event)")
                var spoilt = event
                for _ in 0..<3 {
                    spoilt = drawing.spoilt(spoilt)
                    let slow = EventValidator.problems(in: spoilt, on: schema.topic)
                    #expect(try validator.accepts(record: spoilt.compact, on: schema.topic) == slow.isEmpty, "\(spoilt)")
                    if slow.isEmpty { right += 1 } else { wrong += 1 }
                }
            }
        }
        #expect(right > 500 && wrong > 2_000)
    }

    @Test func `the words for violations and clocks are those of hours of service`() {
        #expect(HoursViolation.types == Violation.Kind.allCases.map(\.name).sorted())
        #expect(HoursViolation.severities == Violation.Severity.allCases.map(\.name))
        #expect(HoursWarning.clocks == ClockKind.allCases.map(\.name))
    }
}
