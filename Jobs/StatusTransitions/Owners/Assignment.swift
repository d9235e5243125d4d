internal import Freight
internal import StreamCore
internal import Wire

/// An assignment that a load has begun and not decided: whom it asked, and what it has heard.
struct Assignment: Storable, Hashable {
    /// What one of the three has said.
    enum Answer: Hashable {
        /// Kept, with the facts that the load judges by.
        case yes(JSON)
        case no(Refusal)
    }

    let command: Command
    let request: AssignRequest
    var carrier: Answer?
    var vehicle: Answer?
    var driver: Answer?

    init(_ command: Command, _ request: AssignRequest) {
        self.command = command
        self.request = request
    }

    /// Names it in messages: the id of its command.
    var saga: EntityID { command.id }

    /// Whether all three have answered.
    var isComplete: Bool { carrier != nil && vehicle != nil && driver != nil }

    /// Takes an answer; one that has been given stays.
    mutating func take(_ answer: Answer, from type: EntityType) {
        switch type {
        case .carrier: carrier = carrier ?? answer
        case .vehicle: vehicle = vehicle ?? answer
        case .driver: driver = driver ?? answer
        default: break
        }
    }

    func store(into writer: inout ByteWriter) {
        command.store(into: &writer)
        for answer in [carrier, vehicle, driver] {
            switch answer {
            case nil: writer.byte(0)
            case .yes(let facts):
                writer.byte(1)
                writer.blob(facts.compact)
            case .no(let refusal):
                writer.byte(2)
                refusal.store(into: &writer)
            }
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        command = try Command(from: &reader, version: version)
        guard case .success(let request) = AssignRequest.read(command.body) else { throw DecodeFailure("an assignment without its three") }
        self.request = request
        carrier = try Assignment.answer(&reader)
        vehicle = try Assignment.answer(&reader)
        driver = try Assignment.answer(&reader)
    }

    private static func answer(_ reader: inout ByteReader) throws(DecodeFailure) -> Answer? {
        switch try reader.byte() {
        case 0: nil
        case 1: .yes(try JSON(parsing: try reader.blob()))
        default: .no(try Refusal(from: &reader, version: 1))
        }
    }

    var json: JSON {
        func text(_ answer: Answer?) -> JSON {
            switch answer {
            case nil: .null
            case .yes(let facts): facts
            case .no(let refusal): refusal.json
            }
        }
        return .object(["command": command.json, "carrier": text(carrier), "vehicle": text(vehicle), "driver": text(driver)])
    }
}

/// What a load is tied to: the assignment that was decided for it, and its planned route.
struct LoadTies: Storable, Hashable {
    /// The assignment whose vehicle and driver it has; nil before and after.
    var saga: EntityID?
    /// The newest route planned for it.
    var routeID: EntityID?
    /// How long that route takes.
    var routeMinutes: Double?

    init() {}

    var isEmpty: Bool { saga == nil && routeID == nil }

    func store(into writer: inout ByteWriter) {
        saga.store(into: &writer)
        routeID.store(into: &writer)
        routeMinutes.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        saga = try EntityID?(from: &reader, version: version)
        routeID = try EntityID?(from: &reader, version: version)
        routeMinutes = try Double?(from: &reader, version: version)
    }

    var json: JSON { .object(["saga": saga?.json, "route_id": routeID?.json, "route_minutes": routeMinutes.map(JSON.number)]) }
}
