import Freight
import StreamCore
import Testing
import Wire

struct EventTests {
    private let alert = AnomalySuspected(
        userID: "0000002a-7f0b-4a5e-9b4f-1f2d3c4b5a69", triggeredBy: "6f1f4c0e-7f0b-4a5e-9b4f-00000000002a", count: 2, threshold: 1,
        rule: "user-burst", windowStart: EventTime(microseconds: 1_795_335_999_000_000), windowEnd: EventTime(microseconds: 1_795_336_000_000_000),
        auditIDs: ["6f1f4c0e-7f0b-4a5e-9b4f-000000000029", "6f1f4c0e-7f0b-4a5e-9b4f-00000000002a"])

    private func record(_ alert: AnomalySuspected) -> Record {
        let encoder = AnomalyEncoder()
        var builder = BatchBuilder()
        encoder.encode(alert, at: alert.windowEnd, key: encoder.key(of: alert), into: &builder)
        return builder.finish().record(0)
    }

    @Test func `an alert is an event about its user`() throws {
        let record = record(alert)
        let value = try JSON(parsing: try #require(record.value))
        let id = alert.envelope(source: "").eventID.description
        #expect(
            value.description
                == #"{"event_id":"\#(id)","event_type":"ANOMALY_SUSPECTED","version":"1.0","timestamp":"2026-11-22T08:26:40Z","#
                + #""source":"linehaul/audit-anomaly","correlation_id":"6f1f4c0e-7f0b-4a5e-9b4f-00000000002a","#
                + #""causation_id":"6f1f4c0e-7f0b-4a5e-9b4f-00000000002a","entity_type":"USER","#
                + #""entity_id":"0000002a-7f0b-4a5e-9b4f-1f2d3c4b5a69","severity":"WARNING","metadata":{},"#
                + #""data":{"user_id":"0000002a-7f0b-4a5e-9b4f-1f2d3c4b5a69","count":2,"window_start":"2026-11-22T08:26:39Z","#
                + #""window_end":"2026-11-22T08:26:40Z","threshold":1,"rule":"user-burst","#
                + #""audit_ids":["6f1f4c0e-7f0b-4a5e-9b4f-000000000029","6f1f4c0e-7f0b-4a5e-9b4f-00000000002a"]}}"#)
        #expect(record.key == alert.userID.utf8)
        #expect(record.time == alert.windowEnd)
        #expect(record.headers == [
            Header("event_type", "ANOMALY_SUSPECTED"), Header("event_id", id), Header("version", "1.0"),
            Header("correlation_id", "6f1f4c0e-7f0b-4a5e-9b4f-00000000002a"),
        ])
    }

    @Test func `an alert raised again is the same event and another one is not`() {
        #expect(record(alert) == record(alert))
        var other = alert
        other.triggeredBy = "6f1f4c0e-7f0b-4a5e-9b4f-00000000002b"
        #expect(record(other).headers["event_id"] != record(alert).headers["event_id"])
        other = alert
        other.rule = "another"
        #expect(record(other).headers["event_id"] != record(alert).headers["event_id"])
    }

    @Test func `an envelope without a request says null`() throws {
        let envelope = EventEnvelope(
            eventID: "e", type: .systemAlert, timestamp: EventTime(microseconds: 0), source: "linehaul/x", entityType: .system, entityID: "s",
            actor: "somebody")
        var out = ByteWriter()
        envelope.write(into: &out, metadata: { $0.field("m", 1) }, data: { $0.field("d", 2) })
        let value = try JSON(parsing: out.bytes)
        #expect(value["correlation_id"] == .null && value["causation_id"] == .null)
        #expect(value["actor"] == "somebody" && value["metadata"]?["m"] == 1 && value["data"]?["d"] == 2)
        #expect(envelope.headers["correlation_id"] == nil)
    }

    @Test func `every type has a topic of the contract`() {
        let topics = Dictionary(grouping: EventType.allCases, by: \.topic).mapValues(\.count)
        #expect(
            topics == [
                "tms.loads": 9, "tms.vehicles": 5, "tms.vehicles.tracking": 1, "tms.drivers": 7, "tms.routes": 3, "tms.carriers": 5,
                "tms.system.alerts": 1, "tms.ai.predictions": 1, "tms.anomalies": 1,
            ])
    }

    @Test func `names are taken in any case`() {
        #expect(EventType(anyCase: "load_In_Transit") == .loadInTransit)
        #expect(Severity(anyCase: "warning") == .warning)
        #expect(EntityType(anyCase: "nothing") == nil)
        #expect(Severity.allCases == Severity.allCases.sorted())
    }
}
