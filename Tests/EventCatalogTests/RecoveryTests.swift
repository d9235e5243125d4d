import Dataflow
import FleetSimulator
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import EventCatalog

/// The recovery law: one dead letter for each event that is wrong, whatever happens on the way.
@Suite struct RecoveryTests {
    private static let keys = Dictionary(uniqueKeysWithValues: EventCatalog.inlets.map { ($0.0, $0.2) })

    private func job() throws -> EventCatalog {
        var settings = SettingsReader()
        return try EventCatalog(settings: &settings)
    }

    /// Events of a fleet's first hours, every seventh of them spoilt.
    private func records() throws -> [(inlet: String, record: Record)] {
        let start = EventTime(milliseconds: 1_772_431_200_000)
        var simulation = FleetSimulation(settings: SimulationSettings(vehicles: 4, users: 0, seed: 3, start: start))
        var found: [(inlet: String, record: Record)] = []
        for simulated in simulation.advance(to: start.advanced(by: .init(.seconds(2 * 3_600)))) {
            guard let inlet = EventCatalog.inlets.first(where: { $0.1 == simulated.topic })?.0 else { continue }
            var record = simulated.record
            if found.count % 7 == 6 {
                let text = record.text.replacing(#""event_type":""#, with: #""event_type":"NO_"#)
                record = Record(text, key: String(decoding: record.key ?? [], as: UTF8.self), at: record.time)
            }
            found.append((inlet, record))
        }
        return found
    }

    @Test(arguments: Depot.Interruption.allCases) func `each wrong event is one dead letter after any interruption`(
        how: Depot.Interruption
    ) async throws {
        let records = try records()
        let bindings = try JobHarness.bindings(of: try job(), keys: Self.keys, partitions: Depot.partitions)
        var depot = try await Depot(try job(), bindings)
        let rounds = 4
        for round in 0..<rounds {
            let slice = records[records.count * round / rounds..<records.count * (round + 1) / rounds]
            for (inlet, _, _) in EventCatalog.inlets {
                let some = slice.filter { $0.inlet == inlet }.map(\.record)
                if !some.isEmpty { try depot.publish(some, to: inlet) }
            }
            try await depot.settled()
            depot = try await depot.interrupted(how)
        }
        try await depot.settled()
        var dead: [String] = []
        for inlet in Set(records.map(\.inlet)) { dead += try depot.texts(of: "\(inlet).dlq") }
        let wrong = records.map(\.record.text).filter { $0.contains("NO_") }
        #expect(wrong.count > 50)
        #expect(dead.sorted() == wrong.sorted())
        await depot.stop()
    }
}
