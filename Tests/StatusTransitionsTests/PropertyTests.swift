internal import Freight
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// Random commands, random deliveries, repeats, silences and crashes: what must hold at every moment, and at the end.
@Suite struct PropertyTests {
    /// A small fleet in which everything wants everything.
    final class Chaos {
        let fleet: Fleet
        var random: SeededGenerator
        var crews: [CrewOf] = []
        var loads: [EntityID] = []
        var commands: [Command] = []

        init(_ seed: UInt64) throws {
            fleet = try Fleet()
            random = SeededGenerator(seed: seed)
            for name in ["A", "B"] {
                let carrier = try fleet.carrier(name)
                for number in 0..<2 {
                    crews.append(
                        CrewOf(
                            carrier: carrier, vehicle: try fleet.vehicle(carrier, "V-\(name)\(number)"),
                            driver: try fleet.driver(carrier, "L-\(name)\(number)")))
                }
            }
            for _ in 0..<4 { loads.append(try fleet.load()) }
        }

        func pick<Element>(_ elements: [Element]) -> Element { elements[Int.random(in: 0..<elements.count, using: &random)] }

        func step() throws {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<35: try command()
            case 35..<90: try fleet.deliver({ Int.random(in: 0..<$0, using: &random) }, again: random.chance(0.1))
            case 90..<94: try fleet.wait(.seconds(Int.random(in: 1...40, using: &random)))
            case 94..<96: try fleet.crash(losing: Int.random(in: 0...5, using: &random))
            default: try fleet.settle()
            }
        }

        private func command() throws {
            let (load, crew, other) = (pick(loads), pick(crews), pick(crews))
            var command: Command
            switch Int.random(in: 0..<26, using: &random) {
            case 0..<7:
                let mixed = CrewOf(carrier: crew.carrier, vehicle: crew.vehicle, driver: random.chance(0.7) ? crew.driver : other.driver)
                command = try fleet.command(.assign, .load, load, Body.assign(mixed))
            case 7..<13:
                command = try fleet.command(.status, .load, load, #"{"status":"\#(pick(LoadStatus.allCases).rawValue)"}"#)
            case 13: command = try fleet.command(.status, .vehicle, crew.vehicle, #"{"status":"\#(pick(VehicleStatus.byHand).rawValue)"}"#)
            case 14: command = try fleet.command(.status, .driver, crew.driver, #"{"status":"\#(pick(["AVAILABLE", "OFF_DUTY"]))"}"#)
            case 15: command = try fleet.command(.delete, .vehicle, crew.vehicle)
            case 16:
                command = try fleet.command(
                    .create, .vehicle, crew.vehicle, Body.vehicle(crew.carrier, "V-\(Int.random(in: 0..<3, using: &random))"))
            case 17:
                command = try fleet.command(
                    .update, .load, load, #"{"weight":\#(Int.random(in: 1...60_000, using: &random))}"#, mode: .patch)
            case 18: command = try fleet.command(.create, .route, fleet.id(), #"{"load_id":"\#(load)","duration_minutes":60}"#)
            case 19: command = try fleet.command(.delete, .load, load)
            case 20: command = try fleet.command(.delete, .driver, crew.driver)
            case 21:
                command = try fleet.command(
                    .create, .driver, crew.driver, Body.driver(crew.carrier, "L-\(Int.random(in: 0..<3, using: &random))"))
            case 22: command = try fleet.command(.update, .vehicle, crew.vehicle, #"{"carrier_id":"\#(other.carrier)"}"#, mode: .patch)
            case 23:
                let day = Int.random(in: 24...26, using: &random)
                command = try fleet.command(.update, .load, load, #"{"pickup_datetime":"2026-11-\#(day)T07:00:00Z"}"#, mode: .patch)
            case 24: command = try fleet.command(.status, .carrier, crew.carrier, #"{"status":"\#(pick(["ACTIVE", "INACTIVE"]))"}"#)
            default:
                let new = fleet.id()
                loads.append(new)
                command = try fleet.command(.create, .load, new, Body.load)
            }
            // Some are meant for a version that may have passed.
            if command.type != .create, random.chance(0.1) { command.ifMatch = [Int.random(in: 1...4, using: &random)] }
            commands.append(command)
            try fleet.post(command)
        }

        /// No two loads share a vehicle or a driver; what has ended stays ended.
        func check(_ seed: UInt64) throws {
            var now: [EntityID: JSON] = [:]
            for record in fleet.left("entities-loads") {
                let id = EntityID(String(decoding: record.key ?? [], as: UTF8.self))
                let next = try record.value.map { try JSON(parsing: $0) }
                if let ended = now[id]?["status"]?.string, ["DELIVERED", "CANCELLED"].contains(ended), let next {
                    #expect(next["status"]?.string == ended, "seed \(seed)")
                }
                now[id] = next
                for member in ["vehicle_id", "driver_id"] {
                    let busy = now.values.filter { LoadStatus(rawValue: $0["status"]?.string ?? "")?.holdsResources == true }
                        .compactMap { $0[member]?.string }
                    #expect(Set(busy).count == busy.count, "seed \(seed): two loads share a \(member)")
                }
            }
        }

        /// When all is said: every command was answered once, whatever was accepted was audited once, and who is on no load is free.
        func checkEnd(_ seed: UInt64) throws {
            for _ in 0..<5 {
                try fleet.settle()
                try fleet.wait(.seconds(60))
            }
            try fleet.settle()
            let replies = try fleet.replies()
            for command in commands {
                #expect(replies.filter { $0.commandID == command.id }.count == 1, "seed \(seed): \(command.type) \(command.id)")
            }
            try checkAudit(replies, seed)
            var onLoad: [String: String] = [:]
            for load in loads {
                guard let now = try fleet.now(.load, load), LoadStatus(rawValue: now["status"]?.string ?? "")?.holdsResources == true else {
                    continue
                }
                for member in ["vehicle_id", "driver_id"] { onLoad[now[member]?.string ?? ""] = load.description }
            }
            for crew in crews {
                for (type, id) in [(EntityType.vehicle, crew.vehicle), (.driver, crew.driver)] {
                    guard let now = try fleet.now(type, id) else { continue }
                    #expect(now["current_load_id"]?.string == onLoad[id.description], "seed \(seed): \(type) \(id)")
                    if type == .vehicle {
                        let isBusy = ["ASSIGNED", "IN_TRANSIT"].contains(now["status"]?.string ?? "")
                        #expect(isBusy == (onLoad[id.description] != nil), "seed \(seed)")
                    }
                }
            }
            // A vehicle that is AVAILABLE and a driver who is can be assigned: nothing is still reserved.
            for crew in crews {
                try fleet.ask(.status, .carrier, crew.carrier, #"{"status":"ACTIVE"}"#)
                try fleet.ask(.update, .vehicle, crew.vehicle, #"{"carrier_id":"\#(crew.carrier)"}"#, mode: .patch)
                guard try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == "AVAILABLE", onLoad[crew.driver.description] == nil,
                    try fleet.now(.driver, crew.driver)?["status"]?.string == "AVAILABLE"
                else { continue }
                let load = try fleet.load()
                #expect(try fleet.ask(.assign, .load, load, Body.assign(crew)).outcome.status == 200, "seed \(seed)")
            }
        }

        private func checkAudit(_ replies: [Reply], _ seed: UInt64) throws {
            let audits = fleet.said("audit").compactMap { $0["correlation_id"]?.string }
            #expect(Set(audits).count == audits.count, "seed \(seed)")
            var told: Set<String> = []
            let accepted = Dictionary(
                replies.filter { $0.outcome.status < 300 }.map { ($0.correlationID ?? "", $0.outcome.entityID.description) },
                uniquingKeysWith: { first, _ in first })
            for outlet in ["loads", "vehicles", "drivers", "carriers", "routes"] {
                for event in fleet.said(outlet) {
                    let correlation = event["correlation_id"]?.string ?? ""
                    #expect(accepted[correlation] != nil, "seed \(seed): an event of a command that was not accepted")
                    if accepted[correlation] == event["entity_id"]?.string { told.insert(correlation) }
                }
            }
            #expect(told == Set(audits), "seed \(seed)")
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `no vehicle is on two loads, whatever is asked, delivered, repeated, late or lost`(
        seed: UInt64
    ) throws {
        let chaos = try Chaos(seed)
        for _ in 0..<250 { try chaos.step() }
        try chaos.check(seed)
        try chaos.checkEnd(seed)
        try chaos.check(seed)
    }
}
