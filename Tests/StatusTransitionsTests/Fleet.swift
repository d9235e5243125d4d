internal import Dataflow
internal import Execution
internal import Freight
internal import StatusTransitions
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// The job with its messages in the test's hand: what one owner says to another waits until the test delivers it.
final class Fleet {
    private var run: LocalRun
    private var box: Box
    private(set) var now: EventTime
    private var count = 0
    private let settings: [String: String]
    private let start: EventTime
    private var inputs: [Input] = []

    /// One thing that the job took in, in an epoch of its own.
    private enum Input {
        case records([Record], to: String)
        case tick(EventTime)
    }

    private final class Box {
        var left: [String: [Record]] = [:]
        /// Messages on their way, by receiver and sender: those of one pair stay in order.
        var mail: [(lane: String, record: Record)] = []
    }

    init(_ settings: [String: String] = [:], now: EventTime = EventTime(rfc3339: "2026-11-23T08:00:00Z") ?? .distantPast) throws {
        (self.settings, self.now, start) = (settings, now, now)
        (run, box) = try Fleet.opened(settings, now)
    }

    private static func opened(_ settings: [String: String], _ now: EventTime) throws -> (LocalRun, Box) {
        var reader = SettingsReader(texts: settings)
        let job = try StatusTransitions(settings: &reader)
        let keys = ["commands": "entity_id", "messages": "entity_id", "hours": "driver_id"]
        let bindings = try JobHarness.bindings(of: job, keys: keys)
        let box = Box()
        let run = try LocalRun(JobDeployment(job: job, bindings: bindings, fingerprint: "test"), now: now) { outlet, batch in
            box.left[outlet, default: []] += batch.records
            guard outlet == "sagas" else { return }
            for record in batch.records {
                let message = (try? JSON(parsing: record.value ?? [])) ?? .null
                box.mail.append(("\(message["from_id"]?.string ?? "")→\(message["entity_id"]?.string ?? "")", record))
            }
        }
        return (run, box)
    }

    private func take(_ input: Input) throws {
        inputs.append(input)
        switch input {
        case .records(let records, let inlet):
            var builder = BatchBuilder()
            for record in records { builder.append(record) }
            try run.send(builder.finish(), to: inlet)
        case .tick(let instant): try run.tick(to: instant)
        }
    }

    /// Goes back by `count` epochs, as after a crash: what was done in them is undone, and the commands of them come again, before any
    /// other. Messages that were on their way then are again.
    func crash(losing count: Int) throws {
        let (kept, lost) = (inputs.dropLast(count), inputs.suffix(count))
        let before = box.left
        (run, box) = try Fleet.opened(settings, start)
        inputs = []
        for input in kept {
            if case .records(let records, "messages") = input, let record = records.first,
                let at = box.mail.firstIndex(where: { $0.record == record })
            {
                box.mail.remove(at: at)
            }
            try take(input)
        }
        for (outlet, records) in box.left { #expect(Array((before[outlet] ?? []).prefix(records.count)) == records) }
        for case .records(let records, "commands") in lost { try take(.records(records, to: "commands")) }
        try take(.tick(now))
    }

    /// How many messages wait.
    var waiting: Int { box.mail.count }

    /// What has left by an outlet.
    func left(_ outlet: String) -> [Record] { box.left[outlet] ?? [] }

    /// What has left by an outlet, read.
    func said(_ outlet: String) -> [JSON] { left(outlet).map { (try? JSON(parsing: $0.value ?? [])) ?? .null } }

    /// The types of the events that have left by an outlet.
    func types(_ outlet: String) -> [String] { said(outlet).compactMap { $0["event_type"]?.string } }

    /// Sends a command, and delivers nothing.
    func post(_ command: Command) throws {
        let encoder = CommandEncoder()
        var builder = BatchBuilder()
        encoder.encode(command, at: command.time, key: encoder.key(of: command), into: &builder)
        try take(.records(builder.finish().records, to: "commands"))
    }

    /// Delivers the oldest message of one lane; the test says which lane, among as many as there are.
    func deliver(_ pick: (Int) -> Int = { _ in 0 }, again: Bool = false) throws {
        var lanes: [String] = []
        for (lane, _) in box.mail where !lanes.contains(lane) { lanes.append(lane) }
        guard !lanes.isEmpty else { return }
        let lane = lanes[pick(lanes.count)]
        guard let at = box.mail.firstIndex(where: { $0.lane == lane }) else { return }
        let record = again ? box.mail[at].record : box.mail.remove(at: at).record
        try take(.records([record], to: "messages"))
    }

    /// Delivers until nothing waits.
    func settle() throws { while waiting > 0 { try deliver() } }

    /// Tells a driver's hours.
    func tell(hours: String?, of driver: EntityID) throws {
        try take(.records([Record(key: driver.utf8, value: hours.map { Array($0.utf8) }, time: now)], to: "hours"))
    }

    /// Moves the clock on.
    func wait(_ duration: Duration) throws {
        now = now.advanced(by: .init(duration))
        try take(.tick(now))
    }

    /// Lets event time pass.
    func pass(to instant: EventTime) throws {
        now = instant
        run.now = instant
        try run.finish(upTo: instant)
    }

    /// A new id.
    func id(_ name: String = "") -> EntityID {
        count += 1
        return EntityID.version7(at: now, Entropy(of: Array("\(name) \(count)".utf8)))
    }

    /// A command that somebody waits for.
    func command(
        _ type: CommandType, _ entityType: EntityType, _ entity: EntityID, _ body: String = "{}", mode: UpdateMode? = nil
    ) throws -> Command {
        now = now.advanced(by: .init(milliseconds: 1))
        return Command(
            id: id("command"), type: type, mode: mode, entityType: entityType, entityID: entity, time: now,
            principal: Principal(userID: "ann"), replyTo: "gateway-1", correlationID: "c-\(count)", body: try JSON(parsing: body))
    }

    /// Sends a command, delivers everything, and gives the answer.
    @discardableResult func ask(
        _ type: CommandType, _ entityType: EntityType, _ entity: EntityID, _ body: String = "{}", mode: UpdateMode? = nil
    ) throws -> Reply {
        try ask(try command(type, entityType, entity, body, mode: mode))
    }

    @discardableResult func ask(_ command: Command) throws -> Reply {
        let known = left("replies").count
        try post(command)
        try settle()
        return try #require(try replies().dropFirst(known).last { $0.commandID == command.id })
    }

    /// All answers so far.
    func replies() throws -> [Reply] { try said("replies").map { try Reply($0) } }

    /// The answers to a command.
    func replies(to command: Command) throws -> [Reply] { try replies().filter { $0.commandID == command.id } }

    /// A thing as its newest snapshot shows it; nil for none or a tombstone.
    func now(_ type: EntityType, _ id: EntityID) throws -> JSON? {
        guard let record = left("entities-\(type.plural)").last(where: { $0.key == id.utf8 }), let value = record.value else { return nil }
        return try JSON(parsing: value)
    }
}

extension EventTime.Span {
    init(milliseconds: Int64) { self.init(microseconds: milliseconds * 1_000) }
}

/// Bodies of requests that are right.
enum Body {
    static let load = """
        {"pickup_location":{"latitude":29.76,"longitude":-95.37,"city":"Houston"},"delivery_location":{"latitude":32.78,"longitude":-96.8},
        "pickup_address":"1 Dock St, Houston","delivery_address":"2 Yard Rd, Dallas","pickup_datetime":"2026-11-24T08:00:00Z",
        "delivery_datetime":"2026-11-25T08:00:00Z","weight":30000,"volume":1200,"rate":1234.5,"customer_id":"ACME"}
        """

    static func vehicle(_ carrier: EntityID, _ number: String) -> String {
        #"{"carrier_id":"\#(carrier)","vehicle_number":"\#(number)","vehicle_type":"truck","capacity_weight":44000,"capacity_volume":3000}"#
    }

    static func driver(_ carrier: EntityID, _ number: String) -> String {
        #"{"carrier_id":"\#(carrier)","first_name":"Dee","last_name":"\#(number)","license_number":"\#(number)","license_expiry":"2027-01-01"}"#
    }

    static func assign(_ crew: CrewOf) -> String {
        #"{"carrier_id":"\#(crew.carrier)","vehicle_id":"\#(crew.vehicle)","driver_id":"\#(crew.driver)"}"#
    }
}

/// A carrier with a vehicle and a driver.
struct CrewOf {
    let carrier: EntityID
    let vehicle: EntityID
    let driver: EntityID
}

extension Fleet {
    /// Makes a carrier.
    func carrier(_ name: String = "Swift Lines") throws -> EntityID {
        let id = id("carrier")
        #expect(try ask(.create, .carrier, id, #"{"name":"\#(name)"}"#).outcome.status == 201)
        return id
    }

    /// Makes a vehicle of a carrier.
    func vehicle(_ carrier: EntityID, _ number: String) throws -> EntityID {
        let id = id("vehicle")
        #expect(try ask(.create, .vehicle, id, Body.vehicle(carrier, number)).outcome.status == 201)
        return id
    }

    /// Makes a driver of a carrier.
    func driver(_ carrier: EntityID, _ number: String) throws -> EntityID {
        let id = id("driver")
        #expect(try ask(.create, .driver, id, Body.driver(carrier, number)).outcome.status == 201)
        return id
    }

    /// Makes a carrier with a vehicle and a driver.
    func crew(_ number: String = "1") throws -> CrewOf {
        let carrier = try carrier()
        return CrewOf(carrier: carrier, vehicle: try vehicle(carrier, "V-\(number)"), driver: try driver(carrier, "L-\(number)"))
    }

    /// Makes a load.
    func load(_ body: String = Body.load) throws -> EntityID {
        let id = id("load")
        #expect(try ask(.create, .load, id, body).outcome.status == 201)
        return id
    }

    /// Brings a load to a status by the shortest way.
    func bring(_ load: EntityID, _ crew: CrewOf, to status: LoadStatus) throws {
        if status == .created { return }
        if status == .cancelled {
            try ask(.status, .load, load, #"{"status":"cancelled"}"#)
            return
        }
        try ask(.assign, .load, load, Body.assign(crew))
        for next in [LoadStatus.pickedUp, .inTransit, .delivered] {
            if status == .assigned { return }
            try ask(.status, .load, load, #"{"status":"\#(next.rawValue)"}"#)
            if status == next { return }
        }
    }
}
