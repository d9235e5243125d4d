import AccessKeys
import Dataflow
import Freight
import StreamCore
import StreamTesting
import Testing
import Wire

/// Commands for API keys, and what is said of them.
struct KeyCommands {
    static let now = EventTime(microseconds: 1_900_000_000_000_000)
    static let digest = String(repeating: "ab", count: 32)

    static func command(
        _ number: Int, _ type: CommandType = .create, of key: EntityID = "0000aaaa-0000-4000-8000-000000000001", mode: UpdateMode? = nil,
        principal: Principal = Principal(userID: "admin"), digest: String? = nil, body: JSON = .object([])
    ) -> Record {
        var out = ByteWriter()
        Command(
            id: EntityID("0000cccc-0000-4000-8000-\(String(100_000_000_000 + number))"), type: type, mode: mode, entityType: .apiKey,
            entityID: key, time: now.advanced(by: .init(.seconds(number))), principal: principal, replyTo: "gateway-1",
            correlationID: "c-\(number)", digest: digest, body: body
        ).writeJSON(into: &out)
        return Record(key: key.utf8, value: out.bytes, time: now.advanced(by: .init(.seconds(number))))
    }

    static func body(_ more: KeyValuePairs<String, JSON?> = [:]) -> JSON {
        let plain = JSON.object(["name": "night shift", "role": "dispatcher", "prefix": "lh_0123456789ab", "digest": .string(digest)])
        return .object((plain.members ?? []) + (JSON.object(more).members ?? []))
    }
}

@Suite struct AccessKeysTests {
    private let harness: JobHarness

    init() throws {
        var reader = SettingsReader()
        harness = try JobHarness(try AccessKeys(settings: &reader), keys: ["commands": "entity_id"], now: KeyCommands.now)
    }

    private func send(_ records: Record...) throws { try harness.send(records, to: "commands") }
    private func replies() throws -> [JSON] { try harness.texts(from: "replies").map { try JSON(parsing: $0) } }
    private func statuses() throws -> [Int64?] { try replies().map { $0["status"]?.integer } }

    @Test func `a key that is made is answered, audited, and known by its digest`() throws {
        try send(KeyCommands.command(1, body: KeyCommands.body()))
        let reply = try #require(try replies().first)
        #expect(reply["status"] == 201)
        #expect(reply["entity"]?["role"] == "DISPATCHER")
        #expect(reply["entity"]?["prefix"] == "lh_0123456789ab")
        let row = try JSON(parsing: try #require(harness.texts(from: "keys").first))
        #expect(row["digest"]?.string == KeyCommands.digest)
        #expect(row["name"] == "night shift")
        let entry = try JSON(parsing: try #require(harness.texts(from: "audit").first))
        #expect(entry["table_name"] == "api_keys")
        #expect(entry["action"] == "CREATE")
        #expect(entry["user_id"] == "admin")
    }

    @Test func `a digest is in the keys' topic and nowhere else`() throws {
        try send(KeyCommands.command(1, body: KeyCommands.body()))
        try send(KeyCommands.command(2, .update, mode: .patch, body: .object(["name": "day shift"])))
        try send(KeyCommands.command(3, .delete))
        let elsewhere = harness.texts(from: "replies") + harness.texts(from: "audit")
        #expect(elsewhere.count == 6)
        #expect(!elsewhere.contains { $0.contains(KeyCommands.digest) })
    }

    @Test func `a revoked key leaves a tombstone and one audit record`() throws {
        try send(KeyCommands.command(1, body: KeyCommands.body()), KeyCommands.command(2, .delete))
        #expect(try statuses() == [201, 204])
        #expect(harness.received(from: "keys").map { $0.value == nil } == [false, true])
        #expect(harness.texts(from: "audit").count == 2)
    }

    @Test func `a key keeps its text when it is changed`() throws {
        try send(
            KeyCommands.command(1, body: KeyCommands.body()),
            KeyCommands.command(2, .update, mode: .patch, body: KeyCommands.body(["name": "other", "digest": "cd", "prefix": "lh_x"])))
        let row = try JSON(parsing: try #require(harness.texts(from: "keys").last))
        #expect(row["digest"]?.string == KeyCommands.digest)
        #expect(row["prefix"] == "lh_0123456789ab")
        #expect(row["name"] == "other")
    }

    @Test func `a command that comes again gets the same answer and changes nothing`() throws {
        let command = KeyCommands.command(1, digest: "d", body: KeyCommands.body())
        try send(command, command)
        let replies = try replies()
        #expect(replies.map { $0["status"]?.integer } == [201, 201])
        #expect(replies[0]["entity"] == replies[1]["entity"])
        #expect(replies[1]["repeated"] == true)
        #expect(harness.received(from: "keys").count == 1)
        #expect(harness.texts(from: "audit").count == 1)
    }

    @Test func `the same command id with another request is refused`() throws {
        try send(
            KeyCommands.command(1, digest: "d", body: KeyCommands.body()), KeyCommands.command(1, digest: "e", body: KeyCommands.body()))
        #expect(try statuses() == [201, 422])
        #expect(try replies().last?["error"]?["code"] == "IDEMPOTENCY_KEY_REUSED")
    }

    @Test(arguments: [
        ("role", "root", "role"), ("role", "driver", "driver_id"), ("name", " ", "name"), ("carrier_id", "x", "carrier_id"),
        ("expires_at", "2020-01-01T00:00:00Z", "expires_at"), ("digest", "short", "digest"),
    ]) func `a key that is wrong is refused with the member and the rule`(member: String, value: String, field: String) throws {
        let body = (KeyCommands.body().members ?? []) + [JSON.Member(member, .string(value))]
        try send(KeyCommands.command(1, body: .object(body)))
        let reply = try #require(try replies().first)
        #expect(reply["status"] == 422)
        #expect(reply["error"]?["details"]?.array?.map { $0["field"]?.string } == [field])
        #expect(harness.received(from: "keys").isEmpty && harness.received(from: "audit").isEmpty)
    }

    @Test func `an admin of one carrier makes and revokes that carrier's keys alone`() throws {
        let carrier: EntityID = "0000c0de-0000-4000-8000-000000000001"
        let scoped = Principal(userID: "a", carrierID: carrier)
        try send(
            KeyCommands.command(1, principal: scoped, body: KeyCommands.body()),
            KeyCommands.command(2, principal: scoped, body: KeyCommands.body(["carrier_id": .string("\(carrier)")])),
            KeyCommands.command(3, of: "0000aaaa-0000-4000-8000-000000000002", body: KeyCommands.body()),
            KeyCommands.command(4, .delete, of: "0000aaaa-0000-4000-8000-000000000002", principal: scoped))
        #expect(try statuses() == [403, 201, 201, 403])
    }

    @Test func `what is not there cannot be revoked`() throws {
        try send(KeyCommands.command(1, .delete))
        #expect(try statuses() == [404])
        #expect(try replies().first?["error"]?["code"] == "API_KEY_NOT_FOUND")
    }
}
