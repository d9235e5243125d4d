import Dataflow
import Freight
import StatusTransitions
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import FleetSimulator

/// A fleet that speaks in commands, to the owner of everything.
@Suite struct CommandTests {
    /// What the owner said to a fleet's commands; what owners say to each other is delivered at once.
    private struct Owner {
        private let harness: JobHarness
        private var delivered = 0

        init() throws {
            var settings = SettingsReader()
            harness = try JobHarness(
                try StatusTransitions(settings: &settings), keys: ["commands": "entity_id", "messages": "entity_id", "hours": "driver_id"])
        }

        mutating func take(_ commands: [Record]) throws {
            for command in commands {
                try harness.send([command], to: "commands")
                while true {
                    let said = harness.received(from: "sagas")
                    if said.count == delivered { break }
                    let fresh = Array(said[delivered...])
                    delivered = said.count
                    try harness.send(fresh, to: "messages")
                }
            }
        }

        func events(_ outlet: String) throws -> [JSON] { try harness.received(from: outlet).map { try JSON(parsing: $0.value ?? []) } }

        var deadLetters: Int { harness.deadLetters.count }
    }

    private func spoken(_ hours: Double, vehicles: Int = 4, raceShare: Double) throws -> (records: [SimulatedRecord], truth: [TruthLine]) {
        let (records, simulation) = simulated(vehicles: vehicles, seed: 9, hours: hours) {
            ($0.voice, $0.raceShare, $0.cancelShare, $0.fixSeconds, $0.legMiles) = (.commands, raceShare, 0.3, 60...60, 60...200)
        }
        return (records, simulation.truth)
    }

    @Test func `every command is one that its owner can read`() throws {
        let records = try spoken(8, raceShare: 0.5).records.filter { $0.topic == SimulatedTopic.commands }
        var decoder = CommandDecoder()
        var kinds: Set<String> = []
        for record in records {
            var builder = BatchBuilder()
            builder.append(record.record)
            let command = try #require(try decoder.decode(0, of: builder.finish()))
            kinds.insert("\(command.type.rawValue) \(command.entityType.rawValue)")
            #expect(record.key == command.entityID.utf8 && record.time == command.time)
        }
        #expect(
            kinds == [
                "CREATE CARRIER", "CREATE VEHICLE", "CREATE DRIVER", "CREATE LOAD", "CREATE ROUTE", "ASSIGN LOAD", "STATUS LOAD",
                "LOCATION VEHICLE",
            ])
    }

    @Test func `the owner does what the truth says, and nothing else`() throws {
        let (records, truth) = try spoken(30, vehicles: 6, raceShare: 0.5)
        var owner = try Owner()
        // Locations but those of the start are many and change no status.
        try owner.take(
            records.filter { $0.topic == SimulatedTopic.commands && !String(decoding: $0.value, as: UTF8.self).contains(#""LOCATION""#) }
                .map(\.record))
        #expect(owner.deadLetters == 0)
        let done = try owner.events("loads").filter { $0["event_type"]?.string != "LOAD_UPDATED" }.compactMap { event -> String? in
            guard let load = event["entity_id"]?.string, let to = event["data"]?["new_status"]?.string else { return nil }
            return "\(load) \(to)"
        }
        let meant = truth.filter { $0.kind == .transition }.compactMap { line in line.facts["to"]?.string.map { "\(line.entity) \($0)" } }
        #expect(done.sorted() == meant.sorted())
        #expect(Set(done).count == done.count)
        for kind in ["CREATED", "ASSIGNED", "DELIVERED", "CANCELLED"] { #expect(done.contains { $0.hasSuffix(kind) }) }
        #expect(truth.contains { $0.kind == .race } && truth.contains { $0.kind == .refused })
        let routes = try owner.events("entities-routes").compactMap { $0["status"]?.string }
        for status in ["PLANNED", "ACTIVE", "COMPLETED", "CANCELLED"] { #expect(routes.contains(status)) }
    }

    @Test func `without races nobody is refused, and truth and time are the events' own`() throws {
        let spoken = try spoken(12, raceShare: 0)
        #expect(!spoken.truth.contains { $0.kind == .race || $0.kind == .refused })
        for record in spoken.records where record.topic == SimulatedTopic.commands { #expect(record.arrival >= record.time) }
        #expect(!spoken.records.contains { [SimulatedTopic.loads, SimulatedTopic.tracking, SimulatedTopic.routes].contains($0.topic) })
    }
}
