internal import Freight
internal import KeyedState
internal import StreamCore

/// What the owners of one task keep. Each state is keyed by the id of what it is about.
struct Registry {
    let loads: ValueState<EntityID, Load>
    let vehicles: ValueState<EntityID, Vehicle>
    let drivers: ValueState<EntityID, Driver>
    let carriers: ValueState<EntityID, Carrier>
    let routes: ValueState<EntityID, Route>
    /// Commands that wait for grants, by the thing they are about.
    let desks: ValueState<EntityID, Desk>
    /// Assignments under way, by load.
    let assignments: ValueState<EntityID, Assignment>
    /// What loads are tied to.
    let ties: ValueState<EntityID, LoadTies>
    /// What vehicles and drivers are kept for.
    let holds: ValueState<EntityID, Hold>
    /// When vehicles and drivers were seen last, the newest fixes of each.
    let fixes: ValueState<EntityID, RecentFixes>
    /// How many vehicles and drivers carriers have.
    let crews: ValueState<EntityID, Crew>
    /// Which ones: `<carrier> <member>`.
    let members: ValueState<String, Membership>
    /// Answers, by command.
    let answers: ValueState<EntityID, KeptAnswer>
    /// Uses of idempotency keys, by the id that principal and key make.
    let keys: ValueState<EntityID, KeyUse>
    /// Hours of service, by driver.
    let hours: ValueState<EntityID, RawJSON>
    /// Load numbers to give, by day.
    let blocks: ValueState<String, NumberBlock>
    /// By the clock: a thing that has been reserved for long, or a command that has been in progress for long.
    let reminders: TimerState<EntityID>

    /// Declares all of it. Answers and uses of keys are forgotten after `kept`.
    init(in scope: StateScope, answersKept kept: EventTime.Span) {
        loads = scope.value("loads")
        vehicles = scope.value("vehicles")
        drivers = scope.value("drivers")
        carriers = scope.value("carriers")
        routes = scope.value("routes")
        desks = scope.value("desks")
        assignments = scope.value("assignments")
        ties = scope.value("ties")
        holds = scope.value("holds")
        fixes = scope.value("fixes")
        crews = scope.value("crews")
        members = scope.value("members")
        answers = scope.value("answers", ttl: kept)
        keys = scope.value("keys", ttl: kept)
        hours = scope.value("hours")
        blocks = scope.value("blocks")
        reminders = scope.timers("reminders")
    }
}

/// How many vehicles and drivers a carrier has.
struct Crew: Storable, Hashable {
    var vehicles = 0
    var drivers = 0

    init() {}

    var isEmpty: Bool { vehicles == 0 && drivers == 0 }

    mutating func add(_ count: Int, _ type: EntityType) {
        if type == .vehicle { vehicles += count } else { drivers += count }
    }

    func store(into writer: inout ByteWriter) {
        writer.signed(Int64(vehicles))
        writer.signed(Int64(drivers))
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        vehicles = Int(try reader.signed())
        drivers = Int(try reader.signed())
    }

    var json: JSON { .object(["vehicles": vehicles.json, "drivers": drivers.json]) }
}

/// That a vehicle or a driver is a carrier's.
struct Membership: Storable, Hashable {
    let type: EntityType

    init(_ type: EntityType) { self.type = type }

    func store(into writer: inout ByteWriter) { type.store(into: &writer) }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { type = try EntityType(from: &reader, version: version) }

    var json: JSON { type.json }
}

/// The instants of a thing's newest fixes: the same instant again is the same point.
struct RecentFixes: Storable, Hashable {
    /// How many are remembered; a repeat of an older one is told by its event's id.
    static let depth = 32
    private(set) var times: [EventTime] = []

    init() {}

    /// Whether `time` is new; it is remembered then.
    mutating func add(_ time: EventTime) -> Bool {
        if times.contains(time) { return false }
        let place = times.firstIndex { $0 > time } ?? times.count
        times.insert(time, at: place)
        if times.count > RecentFixes.depth { times.removeFirst() }
        return true
    }

    func store(into writer: inout ByteWriter) { times.store(into: &writer) }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        times = try [EventTime](from: &reader, version: version)
    }

    var json: JSON { times.json }
}
