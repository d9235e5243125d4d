import Freight
import StreamCore
import Testing
import Wire

/// Commands and replies on the wire.
struct CommandTests {
    private let command = Command(
        id: "6f1f4c0e-7f0b-4a5e-9b4f-000000000001", type: .update, mode: .patch, entityType: .load,
        entityID: "6f1f4c0e-7f0b-4a5e-9b4f-000000000002", time: EventTime(microseconds: 1_795_335_999_000_001),
        principal: Principal(userID: "ann", carrierID: "6f1f4c0e-7f0b-4a5e-9b4f-000000000003"), replyTo: "gateway-1", correlationID: "c-1",
        causationID: "e-1", hasIdempotencyKey: true, digest: "abc", ifMatch: [3], body: .object(["weight": 7]))

    private func text(_ command: Command) -> String {
        var out = ByteWriter()
        command.writeJSON(into: &out)
        return String(decoding: out.bytes, as: UTF8.self)
    }

    @Test func `a command is read as it was written`() throws {
        #expect(try Command(JSON(parsing: text(command))) == command)
        #expect(
            text(command)
                == #"{"command_id":"6f1f4c0e-7f0b-4a5e-9b4f-000000000001","type":"UPDATE","mode":"PATCH","entity_type":"LOAD","#
                + #""entity_id":"6f1f4c0e-7f0b-4a5e-9b4f-000000000002","timestamp":"2026-11-22T08:26:39.000001Z","#
                + #""principal":{"user_id":"ann","carrier_id":"6f1f4c0e-7f0b-4a5e-9b4f-000000000003"},"source":"api","reply_to":"gateway-1","#
                + #""correlation_id":"c-1","causation_id":"e-1","has_idempotency_key":true,"digest":"abc","if_match":3,"body":{"weight":7}}"#
        )
    }

    @Test(arguments: ["command_id", "type", "entity_type", "entity_id", "timestamp"])
    func `a command without what it needs says what is missing`(member: String) throws {
        let whole = try JSON(parsing: text(command))
        let less = JSON.object((whole.members ?? []).filter { $0.name != member })
        #expect(throws: DecodeFailure("a command without \(member)")) { try Command(less) }
    }

    @Test func `a reply is read as it was written`() throws {
        let refusal = Refusal(409, "LOAD_IN_USE", "deliver it first", details: [FieldProblem("status", "must be CREATED")])
        for outcome in [
            Reply.Outcome(status: 409, entityType: .load, entityID: "l", refusal: refusal),
            Reply.Outcome(status: 200, entityType: .load, entityID: "l", version: 4, entity: RawJSON(Array(#"{"id":"l"}"#.utf8))),
            Reply.Outcome(status: 204, entityType: .load, entityID: "l", version: 5),
        ] {
            let reply = Reply(commandID: "c", replyTo: "g", correlationID: nil, outcome: outcome, isRepeated: true)
            var out = ByteWriter()
            reply.writeJSON(into: &out)
            #expect(try Reply(JSON(parsing: out.bytes)) == reply)
            var kept = ByteWriter()
            outcome.store(into: &kept)
            #expect(
                try ByteReader.read(kept.bytes) { reader throws(DecodeFailure) in try Reply.Outcome(from: &reader, version: 1) } == outcome)
        }
    }

    @Test func `names are read in any case`() throws {
        #expect(try LoadStatus.read("in_transit") == .inTransit)
        #expect(try VehicleType.read("Box_Truck") == .boxTruck)
        #expect(throws: Complaint("must be one of PUT, PATCH")) { try UpdateMode.read("POST") }
    }
}
