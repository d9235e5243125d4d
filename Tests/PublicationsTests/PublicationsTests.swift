import Dataflow
import Freight
import Publications
import StreamCore
import StreamTesting
import Testing
import Wire

@Suite struct PublicationsTests {
    private static let now = EventTime(microseconds: 1_900_000_000_000_000)

    private static func command(_ number: Int, _ body: JSON = alert(), digest: String = "d") -> Record {
        var out = ByteWriter()
        let id = EntityID("0000cccc-0000-5000-8000-\(String(100_000_000_000 + number))")
        Command(
            id: id, type: .publish, entityType: .event, entityID: id, time: now, principal: Principal(userID: "ann"),
            replyTo: "gateway-1/7",
            correlationID: "c-\(number)", hasIdempotencyKey: true, digest: digest, body: body
        ).writeJSON(into: &out)
        return Record(key: id.utf8, value: out.bytes, time: now)
    }

    private static func alert(_ more: KeyValuePairs<String, JSON?> = [:]) -> JSON {
        let plain = JSON.object(["event_type": "system_alert", "entity_id": "depot", "data": .object(["reason": "a door is open"])])
        return .object((plain.members ?? []) + (JSON.object(more).members ?? []))
    }

    private static func job() throws -> Publications {
        var reader = SettingsReader()
        return try Publications(settings: &reader)
    }

    private func harness() throws -> JobHarness {
        try JobHarness(try PublicationsTests.job(), keys: ["commands": "entity_id"], now: PublicationsTests.now)
    }

    @Test func `an event leaves on its topic with its audit record and its answer`() throws {
        let harness = try harness()
        try harness.send([PublicationsTests.command(1, PublicationsTests.alert(["metadata": .object(["by": "hand"])]))], to: "commands")
        let event = try JSON(parsing: try #require(harness.texts(from: "alerts").first))
        #expect(event["event_type"] == "SYSTEM_ALERT")
        #expect(event["source"] == "api")
        #expect(event["correlation_id"] == "c-1")
        #expect(event["actor"] == "ann")
        #expect(event["metadata"]?["by"] == "hand")
        let entry = try JSON(parsing: try #require(harness.texts(from: "audit").first))
        #expect(entry["table_name"] == "events")
        #expect(entry["action"] == "PUBLISH")
        #expect(entry["record_id"] == event["event_id"])
        let reply = try JSON(parsing: try #require(harness.texts(from: "replies").first))
        #expect(reply["status"] == 202)
        #expect(reply["entity"]?["event_id"] == event["event_id"])
    }

    @Test func `a command that comes again is answered as before, and publishes nothing`() throws {
        let harness = try harness()
        for _ in 0..<3 { try harness.send([PublicationsTests.command(1)], to: "commands") }
        #expect(harness.texts(from: "alerts").count == 1)
        #expect(harness.texts(from: "audit").count == 1)
        let answers = try harness.texts(from: "replies").map { try JSON(parsing: $0)["entity"] }
        #expect(answers.count == 3)
        #expect(Set(answers).count == 1)
    }

    @Test func `another request under the same key is refused`() throws {
        let harness = try harness()
        try harness.send([PublicationsTests.command(1), PublicationsTests.command(1, digest: "another")], to: "commands")
        #expect(try harness.texts(from: "replies").map { try JSON(parsing: $0)["status"]?.integer } == [202, 422])
        #expect(harness.texts(from: "alerts").count == 1)
    }

    @Test func `an event from too far ahead is refused and leaves nothing`() throws {
        let harness = try harness()
        let late = PublicationsTests.now.advanced(by: .init(.seconds(7_200))).rfc3339
        try harness.send([PublicationsTests.command(1, PublicationsTests.alert(["timestamp": .string(late)]))], to: "commands")
        #expect(try harness.texts(from: "replies").map { try JSON(parsing: $0)["status"]?.integer } == [422])
        #expect(harness.texts(from: "alerts").isEmpty)
        #expect(harness.texts(from: "audit").isEmpty)
    }

    private func said(_ how: Depot.Interruption?) async throws -> [[String]] {
        let job = try PublicationsTests.job()
        let bindings = try JobHarness.bindings(of: job, keys: ["commands": "entity_id"], partitions: Depot.partitions)
        var depot = try await Depot(job, bindings)
        for number in 0..<20 {
            try depot.publish([PublicationsTests.command(number), PublicationsTests.command(number / 2)], to: "commands")
            if let how, number % 6 == 5 { depot = try await depot.interrupted(how) }
        }
        try await depot.settled()
        let said = try ["alerts", "audit", "replies"].map { try depot.texts(of: $0).sorted() }
        await depot.stop()
        return said
    }

    @Test(arguments: Depot.Interruption.allCases) func `each event leaves once whatever interrupts`(how: Depot.Interruption) async throws {
        let expected = try await said(nil)
        #expect(expected.map(\.count) == [20, 20, 40])
        #expect(try await said(how) == expected)
    }
}
