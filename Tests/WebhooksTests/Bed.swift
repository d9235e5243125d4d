import Dataflow
import Freight
import StreamCore
import StreamTesting
import Testing
import Webhooks
import Wire

/// Records that the job is given: commands, events, outcomes.
enum Given {
    static let now = EventTime(microseconds: 1_900_000_000_000_000)
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let webhook: EntityID = "0000beef-0000-4000-8000-000000000001"
    static let keys = [
        "commands": "entity_id", "outcomes": "webhook_id", "loads": "load_id", "vehicles": "vehicle_id", "tracking": "vehicle_id",
        "drivers": "driver_id", "routes": "route_id", "carriers": "carrier_id", "alerts": "entity_id", "predictions": "entity_id",
        "anomalies": "user_id", "entities-vehicles": "vehicle_id", "entities-drivers": "driver_id", "entities-routes": "route_id",
    ]

    static func body(_ url: String = "https://example.com/hook", _ more: KeyValuePairs<String, JSON?> = [:]) -> JSON {
        .object(
            [JSON.Member("url", .string(url)), JSON.Member("secret", .string(secret))] + (JSON.object(more).members ?? []))
    }

    static func command(
        _ number: Int, _ type: CommandType = .create, of id: EntityID = webhook, mode: UpdateMode? = nil, body: JSON = .object([])
    ) -> Record {
        var out = ByteWriter()
        let time = now.advanced(by: .init(.milliseconds(number)))
        Command(
            id: EntityID("0000cccc-0000-4000-8000-\(String(100_000_000_000 + number))"), type: type, mode: mode, entityType: .webhook,
            entityID: id, time: time, principal: Principal(userID: "admin"), replyTo: "gateway-1", body: body
        ).writeJSON(into: &out)
        return Record(key: id.utf8, value: out.bytes, time: time)
    }

    static func event(_ number: Int, about load: Int, type: EventType = .loadUpdated, carrier: String? = nil) -> Record {
        let entity = EntityID("0000aaaa-0000-4000-8000-\(String(100_000_000_000 + load))")
        let envelope = EventEnvelope(
            eventID: EntityID("0000eeee-0000-4000-8000-\(String(100_000_000_000 + number))"), type: type, timestamp: now,
            source: "linehaul/test", entityType: .load, entityID: entity)
        var batch = BatchBuilder()
        envelope.append(to: &batch, at: now, key: entity.utf8) { json in
            json.field("number", number)
            json.field("carrier_id", carrier)
        }
        return batch.finish().record(0)
    }

    /// A position of a vehicle, which names no carrier.
    static func position(_ number: Int, of vehicle: EntityID) -> Record {
        let envelope = EventEnvelope(
            eventID: EntityID("0000eeee-0000-4000-8000-\(String(100_000_000_000 + number))"), type: .vehicleLocationUpdated,
            timestamp: now, source: "linehaul/test", entityType: .vehicle, entityID: vehicle)
        var batch = BatchBuilder()
        envelope.append(to: &batch, at: now, key: vehicle.utf8) { json in json.field("number", number) }
        return batch.finish().record(0)
    }

    /// A vehicle as it is now; nil for one that is gone.
    static func vehicle(_ id: EntityID, of carrier: String?) -> Record {
        let row = carrier.map { JSON.object(["id": id.json, "carrier_id": .string($0)]).compact }
        return Record(key: id.utf8, value: row, time: now)
    }

    static func outcome(of attempt: JSON, _ more: KeyValuePairs<String, JSON?>) -> Record {
        let parts = JSON.object([
            "webhook_id": attempt["webhook_id"], "entity_id": attempt["entity_id"], "serial": attempt["serial"],
        ])
        let value = JSON.object((parts.members ?? []) + (JSON.object(more).members ?? []))
        return Record(key: Array((attempt["webhook_id"]?.string ?? "").utf8), value: value.compact, time: now)
    }

    static func job(_ settings: [String: String] = [:]) throws -> Webhooks {
        var reader = SettingsReader(texts: settings)
        return try Webhooks(settings: &reader, in: nil)
    }
}

/// The job in memory; what it says of webhooks comes back to it, as the log would bring it.
final class Bed {
    private let harness: JobHarness
    private var told = 0
    private(set) var now = Given.now
    private var commands = 0

    init(_ settings: [String: String] = [:]) throws {
        harness = try JobHarness(try Given.job(settings), keys: Given.keys, now: Given.now)
    }

    private func settle() throws {
        let rows = harness.received(from: "webhooks")
        try harness.send(Array(rows[told...]), to: "registrations")
        told = rows.count
    }

    @discardableResult func command(_ type: CommandType = .create, of id: EntityID = Given.webhook, _ body: JSON = .object([])) throws
        -> JSON
    {
        commands += 1
        try harness.send([Given.command(commands, type, of: id, mode: type == .update ? .patch : nil, body: body)], to: "commands")
        try settle()
        return try #require(try texts("replies").last)
    }

    func send(_ events: Record..., to inlet: String = "loads") throws { try harness.send(events, to: inlet) }

    func answer(_ attempt: JSON, _ status: Int, retryAfter: Int? = nil) throws {
        try harness.send(
            [Given.outcome(of: attempt, ["status": .integer(Int64(status)), "retry_after": retryAfter.map { .integer(Int64($0)) }])],
            to: "outcomes")
        try settle()
    }

    func fail(_ attempt: JSON, _ reason: String = "connecting: refused") throws {
        try harness.send([Given.outcome(of: attempt, ["error": .string(reason)])], to: "outcomes")
        try settle()
    }

    func stale(_ attempt: JSON) throws { try harness.send([Given.outcome(of: attempt, [:])], to: "outcomes") }

    func pass(_ time: Duration) throws {
        now = now.advanced(by: .init(time))
        try harness.tick(to: now)
        try settle()
    }

    func texts(_ outlet: String) throws -> [JSON] { try harness.texts(from: outlet).filter { !$0.isEmpty }.map { try JSON(parsing: $0) } }
    func attempts() throws -> [JSON] { try texts("attempts") }
    func plain(_ outlet: String) -> String { harness.texts(from: outlet).joined() }

    /// The numbers of the events that were attempted, in order.
    func attempted() throws -> [Int64?] {
        try attempts().map { try JSON(parsing: $0["body"]?.string ?? "")["data"]?["number"]?.integer }
    }
}
