internal import Freight
internal import StreamCore
internal import Testing
internal import Wire

/// Repeats, keys, versions, scopes, unique numbers, deletion.
@Suite struct RequestTests {
    let fleet: Fleet

    init() throws { fleet = try Fleet() }

    @Test func `a command that is sent again gets the answer again, wherever it waits for it`() throws {
        var command = try fleet.command(.create, .load, fleet.id(), Body.load)
        let first = try fleet.ask(command)
        command.replyTo = "gateway-2"
        let second = try fleet.ask(command)
        #expect(second.replyTo == "gateway-2")
        #expect(second.isRepeated)
        #expect(second.outcome == first.outcome)
        #expect(fleet.types("loads") == ["LOAD_CREATED"])
        #expect(fleet.left("audit").count == 1)
    }

    @Test func `a change made in the database that is refused becomes a dead letter that says why`() throws {
        let crew = try fleet.crew()
        func change(_ type: CommandType, _ entity: EntityType, _ id: EntityID, _ body: String) throws -> Command {
            var command = try fleet.command(type, entity, id, body, mode: type == .update ? .patch : nil)
            (command.source, command.replyTo) = ("cdc", nil)
            try fleet.post(command)
            try fleet.settle()
            return command
        }
        _ = try change(.update, .vehicle, crew.vehicle, #"{"make":"Volvo"}"#)
        #expect(fleet.left("dlq").isEmpty && fleet.types("vehicles").last == "VEHICLE_UPDATED")
        let wrong = try change(.update, .vehicle, crew.vehicle, #"{"capacity_weight":-1}"#)
        // That the number is another's, another owner says, a message later.
        let taken = try change(.create, .vehicle, fleet.id(), Body.vehicle(crew.carrier, "V-1"))
        let letters = fleet.left("dlq")
        #expect(try letters.map { try Command(JSON(parsing: $0.value ?? [])).id } == [wrong.id, taken.id])
        let reasons = letters.compactMap { $0.headers["dlq.reason"]?.value.map { String(decoding: $0, as: UTF8.self) } }
        #expect(reasons.first?.hasPrefix("refused: VALIDATION_ERROR, ") == true && reasons.last?.contains("V-1") == true)
        #expect(letters.allSatisfy { $0.headers["dlq.topic"]?.value == Array("commands".utf8) && $0.headers["dlq.first_seen"] != nil })
        // Somebody who waits is answered.
        #expect(try fleet.ask(.update, .vehicle, crew.vehicle, #"{"capacity_weight":-1}"#, mode: .patch).outcome.status == 422)
        #expect(fleet.left("dlq").count == 2 && fleet.left("audit").count == 4)
    }

    @Test func `an answer is given again for a day`() throws {
        let command = try fleet.command(.create, .load, fleet.id(), Body.load)
        let first = try fleet.ask(command)
        try fleet.pass(to: command.time.advanced(by: .init(.seconds(86_300))))
        #expect(try fleet.ask(command).outcome == first.outcome)
        try fleet.pass(to: command.time.advanced(by: .init(.seconds(86_400 * 2))))
        #expect(try fleet.ask(command).outcome.refusal?.code == "LOAD_EXISTS")
    }

    @Test func `a key is for one request`() throws {
        let crew = try fleet.crew()
        var first = try fleet.command(.status, .vehicle, crew.vehicle, #"{"status":"MAINTENANCE"}"#)
        first.hasIdempotencyKey = true
        first.digest = "put /vehicles/1/status"
        #expect(try fleet.ask(first).outcome.status == 200)
        var other = first
        other.digest = "put /vehicles/1/status, another body"
        #expect(try fleet.ask(other).outcome.refusal?.code == "IDEMPOTENCY_KEY_REUSED")
        // Another thing has another owner, which asks the key's.
        var elsewhere = first
        elsewhere.entityType = .driver
        elsewhere.entityID = crew.driver
        elsewhere.digest = "put /drivers/1/status"
        #expect(try fleet.ask(elsewhere).outcome.refusal?.code == "IDEMPOTENCY_KEY_REUSED")
        #expect(try fleet.ask(first).outcome.status == 200)
    }

    @Test func `a key that made a load is not for another request`() throws {
        var create = try fleet.command(.create, .load, fleet.id(), Body.load)
        create.id = create.entityID
        create.hasIdempotencyKey = true
        create.digest = "post /loads"
        let crew = try fleet.crew()
        #expect(try fleet.ask(create).outcome.status == 201)
        var other = try fleet.command(.status, .vehicle, crew.vehicle, #"{"status":"MAINTENANCE"}"#)
        other.id = create.id
        other.hasIdempotencyKey = true
        other.digest = "put /vehicles"
        #expect(try fleet.ask(other).outcome.refusal?.code == "IDEMPOTENCY_KEY_REUSED")
    }

    @Test func `while a request with a key is in progress another one is refused`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        var command = try fleet.command(.assign, .load, load, Body.assign(crew))
        command.hasIdempotencyKey = true
        command.digest = "assign"
        try fleet.post(command)
        var again = command
        again.correlationID = "another request"
        try fleet.post(again)
        #expect(try fleet.replies(to: command).map(\.outcome.refusal?.code) == ["REQUEST_IN_PROGRESS"])
        try fleet.settle()
        #expect(try fleet.replies(to: command).map(\.outcome.status) == [409, 200])
        #expect(try fleet.ask(again).outcome.status == 200)
    }

    @Test func `without a key everyone who asks while it is in progress gets the answer`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        var command = try fleet.command(.assign, .load, load, Body.assign(crew))
        try fleet.post(command)
        command.replyTo = "gateway-2"
        try fleet.post(command)
        try fleet.settle()
        #expect(try fleet.replies(to: command).map(\.replyTo) == ["gateway-1", "gateway-2"])
        #expect(try fleet.replies(to: command).map(\.outcome.status) == [200, 200])
    }

    @Test func `a change meant for another version is refused`() throws {
        let load = try fleet.load()
        var command = try fleet.command(.update, .load, load, #"{"weight":10}"#, mode: .patch)
        command.ifMatch = [7, 8]
        #expect(try fleet.ask(command).outcome.refusal?.status == 412)
        command.id = fleet.id()
        command.ifMatch = [4, 1]
        #expect(try fleet.ask(command).outcome.version == 2)
    }

    @Test func `a principal of one carrier changes that carrier's things alone`() throws {
        let (crew, other) = (try fleet.crew(), try fleet.crew("2"))
        var command = try fleet.command(.status, .vehicle, other.vehicle, #"{"status":"MAINTENANCE"}"#)
        command.principal.carrierID = crew.carrier
        #expect(try fleet.ask(command).outcome.status == 403)
        command.entityID = crew.vehicle
        command.id = fleet.id()
        #expect(try fleet.ask(command).outcome.status == 200)
        var load = try fleet.command(.create, .load, fleet.id(), Body.load)
        load.principal.carrierID = crew.carrier
        #expect(try fleet.ask(load).outcome.entity?.json["carrier_id"]?.string == crew.carrier.description)
        var assign = try fleet.command(.assign, .load, load.entityID, Body.assign(other))
        assign.principal.carrierID = crew.carrier
        #expect(try fleet.ask(assign).outcome.status == 403)
    }

    @Test func `a number is one thing's, until it is given back`() throws {
        let carrier = try fleet.carrier()
        let first = try fleet.vehicle(carrier, "V-1")
        let second = fleet.id()
        let taken = try fleet.ask(.create, .vehicle, second, Body.vehicle(carrier, "V-1"))
        #expect(taken.outcome.refusal?.code == "VEHICLE_NUMBER_TAKEN")
        #expect(taken.outcome.status == 409)
        try fleet.ask(.update, .vehicle, first, #"{"vehicle_number":"V-2"}"#, mode: .patch)
        #expect(try fleet.ask(.create, .vehicle, second, Body.vehicle(carrier, "V-1")).outcome.status == 201)
        #expect(try fleet.ask(.update, .vehicle, second, #"{"vehicle_number":"V-2"}"#, mode: .patch).outcome.status == 409)
        #expect(try fleet.ask(.delete, .vehicle, first).outcome.status == 204)
        #expect(try fleet.ask(.update, .vehicle, second, #"{"vehicle_number":"V-2"}"#, mode: .patch).outcome.status == 200)
    }

    @Test func `of two that want a number at once one gets it`() throws {
        let carrier = try fleet.carrier()
        let commands = try (0..<5).map { _ in try fleet.command(.create, .driver, fleet.id(), Body.driver(carrier, "L-1")) }
        for command in commands { try fleet.post(command) }
        try fleet.settle()
        #expect(try commands.flatMap { try fleet.replies(to: $0).map(\.outcome.status) }.sorted() == [201, 409, 409, 409, 409])
    }

    @Test func `a number of Linehaul's own form is nobody else's once it was given out`() throws {
        _ = try fleet.load()
        let taken = try fleet.ask(.create, .load, fleet.id(), Body.load.replacing("weight", #"load_number":"LH-261123-000001","weight"#))
        #expect(taken.outcome.refusal?.code == "LOAD_NUMBER_TAKEN")
        let own = Body.load.replacing("weight", #"load_number":"LH-261123-000101","weight"#)
        #expect(try fleet.ask(.create, .load, fleet.id(), own).outcome.status == 201)
        let numbers = try (0..<120).map { _ in try fleet.now(.load, try fleet.load())?["load_number"]?.string }
        #expect(Set(numbers).count == 120)
        #expect(!numbers.contains("LH-261123-000101"))
        #expect(numbers.last == "LH-261123-000122")
    }

    @Test func `a vehicle is some carrier's that there is`() throws {
        #expect(try fleet.ask(.create, .vehicle, fleet.id(), Body.vehicle(fleet.id(), "V-1")).outcome.refusal?.code == "CARRIER_NOT_FOUND")
        // The number went back.
        #expect(try fleet.vehicle(try fleet.carrier(), "V-1").isUUID)
    }

    @Test func `what is in use is not deleted`() throws {
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.bring(load, crew, to: .assigned)
        #expect(try fleet.ask(.delete, .load, load).outcome.refusal?.code == "LOAD_IN_USE")
        #expect(try fleet.ask(.delete, .vehicle, crew.vehicle).outcome.refusal?.code == "VEHICLE_IN_USE")
        #expect(try fleet.ask(.delete, .driver, crew.driver).outcome.refusal?.code == "DRIVER_IN_USE")
        #expect(try fleet.ask(.delete, .carrier, crew.carrier).outcome.refusal?.code == "CARRIER_IN_USE")
        try fleet.ask(.status, .load, load, #"{"status":"CANCELLED"}"#)
        for (type, id) in [(EntityType.load, load), (.vehicle, crew.vehicle), (.driver, crew.driver), (.carrier, crew.carrier)] {
            #expect(try fleet.ask(.delete, type, id).outcome.status == 204)
            #expect(try fleet.now(type, id) == nil)
            #expect(try fleet.ask(.delete, type, id).outcome.status == 404)
        }
        #expect(fleet.types("carriers") == ["CARRIER_CREATED", "CARRIER_DELETED"])
    }

    @Test func `a carrier counts those that move to another`() throws {
        let (crew, other) = (try fleet.crew(), try fleet.carrier("Other"))
        for (type, id) in [(EntityType.vehicle, crew.vehicle), (.driver, crew.driver)] {
            #expect(try fleet.ask(.update, type, id, #"{"carrier_id":"\#(other)"}"#, mode: .patch).outcome.status == 200)
        }
        #expect(try fleet.ask(.delete, .carrier, crew.carrier).outcome.status == 204)
        #expect(try fleet.ask(.delete, .carrier, other).outcome.status == 409)
    }

    @Test(arguments: [UpdateMode.put, .patch]) func `a status is not set by an update`(mode: UpdateMode) throws {
        let crew = try fleet.crew()
        let refusal = try #require(
            try fleet.ask(.update, .vehicle, crew.vehicle, #"{"status":"AVAILABLE","heading":360}"#, mode: mode).outcome.refusal)
        #expect(refusal.status == 422)
        #expect(refusal.details.map(\.field).contains("status"))
        #expect(refusal.details.map(\.field).contains("heading"))
    }

    @Test func `an update that says all takes away what it leaves out, one that says what changes does not`() throws {
        let load = try fleet.load()
        try fleet.ask(.update, .load, load, #"{"commodity_type":"steel"}"#, mode: .patch)
        #expect(try fleet.now(.load, load)?["weight"]?.number == 30_000)
        try fleet.ask(.update, .load, load, #"{"weight":null}"#, mode: .patch)
        #expect(try fleet.now(.load, load)?["weight"] == .null)
        #expect(try fleet.ask(.update, .load, load, Body.load, mode: .put).outcome.status == 200)
        let now = try #require(try fleet.now(.load, load))
        #expect(now["commodity_type"] == .null)
        #expect(now["weight"]?.number == 30_000)
        #expect(now["load_number"]?.string == "LH-261123-000001")
        #expect(
            try fleet.ask(.update, .load, load, #"{"weight":30000}"#, mode: .patch).outcome.version
                == now["version"]?.integer.map { Int($0) })
    }
}

extension String {
    func replacing(_ text: String, _ other: String) -> String {
        split(separator: "\"\(text)", maxSplits: 1).joined(separator: "\"\(other)")
    }
}
