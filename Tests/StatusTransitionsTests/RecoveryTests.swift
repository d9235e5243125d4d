internal import Freight
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// The recovery law for the owners: what leaves is what would have left without the crash.
@Suite(.serialized) struct RecoveryTests {
    /// The lives of some loads, a command after the other.
    static func script(_ lives: Int) throws -> [Command] {
        let fleet = try Fleet()
        var commands: [Command] = []
        func add(_ type: CommandType, _ entityType: EntityType, _ id: EntityID, _ body: String, _ mode: UpdateMode? = nil) throws {
            commands.append(try fleet.command(type, entityType, id, body, mode: mode))
        }
        for life in 0..<lives {
            let crew = CrewOf(carrier: fleet.id(), vehicle: fleet.id(), driver: fleet.id())
            let (load, route, second) = (fleet.id(), fleet.id(), fleet.id())
            try add(.create, .carrier, crew.carrier, #"{"name":"C\#(life)"}"#)
            try add(.create, .vehicle, crew.vehicle, Body.vehicle(crew.carrier, "V-\(life)"))
            try add(.create, .driver, crew.driver, Body.driver(crew.carrier, "L-\(life)"))
            for id in [load, second] { try add(.create, .load, id, Body.load) }
            try add(.create, .route, route, #"{"load_id":"\#(load)","duration_minutes":300}"#)
            try add(.assign, .load, load, Body.assign(crew))
            try add(.assign, .load, second, Body.assign(crew))
            for status in ["PICKED_UP", "IN_TRANSIT", "DELAYED", "DELIVERED"] { try add(.status, .load, load, #"{"status":"\#(status)"}"#) }
            try add(.assign, .load, second, Body.assign(crew))
            try add(.update, .vehicle, crew.vehicle, #"{"vehicle_number":"W-\#(life)"}"#, .patch)
            try add(.status, .load, second, #"{"status":"CANCELLED"}"#)
            try add(.delete, .vehicle, crew.vehicle, "{}")
        }
        return commands
    }

    /// Sends one command after another, each when the one before has been answered, and interrupts the run ever so often.
    private func played(_ commands: [Command], _ how: Depot.Interruption?, every count: Int = 4) async throws -> [String: [String]] {
        var world = try await World()
        for (index, command) in commands.enumerated() {
            try world.publish(command)
            // Amid what follows from the command, or before it was even read.
            if let how, index % count == count - 1 { try await world.interrupt(how) }
            let current = world
            try await eventually("\(command.type.rawValue) \(index) is answered") {
                try current.replies().contains { $0.commandID == command.id }
            }
        }
        let said = try world.said()
        await world.stop()
        return said
    }

    @Test(arguments: Depot.Interruption.allCases) func `all that leaves is the same after any interruption`(how: Depot.Interruption)
        async throws
    {
        let commands = try Self.script(1)
        let expected = try await played(commands, nil)
        let said = try await played(commands, how)
        for topic in World.outlets { #expect(said[topic] == expected[topic], "\(topic)") }
        #expect(expected["replies"]?.count == commands.count)
    }

    @Test(arguments: [Depot.Interruption.crash, .commitFails, .answerLost])
    func `one of many racing assignments succeeds although the owners crash on the way`(how: Depot.Interruption) async throws {
        let fleet = try Fleet()
        var world = try await World()
        let load = fleet.id()
        let crews = (0..<6).map { _ in CrewOf(carrier: fleet.id(), vehicle: fleet.id(), driver: fleet.id()) }
        var commands = [try fleet.command(.create, .load, load, Body.load)]
        for (index, crew) in crews.enumerated() {
            commands.append(try fleet.command(.create, .carrier, crew.carrier, #"{"name":"C"}"#))
            commands.append(try fleet.command(.create, .vehicle, crew.vehicle, Body.vehicle(crew.carrier, "V-\(index)")))
            commands.append(try fleet.command(.create, .driver, crew.driver, Body.driver(crew.carrier, "L-\(index)")))
        }
        for command in commands {
            try world.publish(command)
            let current = world
            try await eventually("it is made") { try current.replies().contains { $0.commandID == command.id && $0.outcome.status == 201 } }
        }
        let races = try crews.map { try fleet.command(.assign, .load, load, Body.assign($0)) }
        for race in races {
            try world.publish(race)
            try await world.interrupt(how)
        }
        let current = world
        try await eventually("all are answered") {
            try races.allSatisfy { race in try current.replies().contains { $0.commandID == race.id } }
        }
        let statuses = try races.map { race in try world.replies().filter { $0.commandID == race.id }.map(\.outcome.status) }
        #expect(statuses.filter { $0 == [200] }.count == 1)
        #expect(statuses.filter { $0 == [409] }.count == races.count - 1)
        #expect(try world.records(of: "vehicles").filter { $0.text.contains(#""new_status":"ASSIGNED""#) }.count == 1)
        await world.stop()
    }
}
