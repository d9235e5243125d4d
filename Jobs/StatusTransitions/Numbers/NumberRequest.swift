internal import Freight
internal import StreamCore

/// What an entity wants of the owner of a number.
struct NumberRequest: Storable, Hashable {
    enum Kind: UInt8 {
        /// This number, for nobody else.
        case claim = 0
        /// This number no more.
        case release = 1
        /// Numbers of a day, to be given to new loads.
        case block = 2
    }

    let kind: Kind
    /// The number behind the name of its kind, or the prefix of a day.
    let name: String
    let holder: EntityID
    let holderType: EntityType
    let cause: EntityID
    let time: EventTime

    init(_ kind: Kind, _ name: String, for holder: EntityID, _ holderType: EntityType, cause: EntityID, time: EventTime) {
        self.kind = kind
        self.name = name
        self.holder = holder
        self.holderType = holderType
        self.cause = cause
        self.time = time
    }

    /// Who owns it: numbers of Linehaul's own form belong to their day, which also gives them out; every other number is its own owner.
    var owner: String {
        if kind == .block { return name }
        guard name.hasPrefix("LOAD_NUMBER "), let parts = LoadNumber.parts(of: String(name.dropFirst(12))) else { return name }
        return parts.prefix
    }

    func message(_ step: Step, _ body: JSON) -> Message {
        Message(
            step, to: holder, holderType, from: EntityID(owner), .system, saga: cause, cause: cause, time: time, correlationID: nil,
            actor: nil, body: body)
    }

    func store(into writer: inout ByteWriter) {
        writer.byte(kind.rawValue)
        writer.text(name)
        holder.store(into: &writer)
        holderType.store(into: &writer)
        cause.store(into: &writer)
        writer.word(time.microseconds)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        guard let kind = Kind(rawValue: try reader.byte()) else { throw DecodeFailure("a request for a number of an unknown kind") }
        self.kind = kind
        name = try reader.text()
        holder = try EntityID(from: &reader, version: version)
        holderType = try EntityType(from: &reader, version: version)
        cause = try EntityID(from: &reader, version: version)
        time = EventTime(microseconds: try reader.word())
    }

    var json: JSON { .object(["kind": .integer(Int64(kind.rawValue)), "name": .string(name), "holder": holder.json]) }
}
