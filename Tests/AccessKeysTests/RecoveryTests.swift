import AccessKeys
import Dataflow
import Freight
import StreamCore
import StreamTesting
import Testing
import Wire

/// The recovery law for API keys: what leaves is what would have left without the crash.
@Suite(.serialized) struct RecoveryTests {
    private func script() -> [Record] {
        func id(_ number: Int) -> EntityID { EntityID("0000aaaa-0000-4000-8000-\(String(100_000_000_000 + number))") }
        var records: [Record] = []
        for number in 0..<12 {
            records.append(KeyCommands.command(10 * number + 1, of: id(number), body: KeyCommands.body()))
            records.append(KeyCommands.command(10 * number + 2, .update, of: id(number), mode: .patch, body: .object(["name": "other"])))
            // Sent again, as a gateway does that does not know whether it was taken.
            records.append(KeyCommands.command(10 * number + 1, of: id(number), body: KeyCommands.body()))
            if number % 2 == 0 { records.append(KeyCommands.command(10 * number + 3, .delete, of: id(number))) }
        }
        return records
    }

    private func said(_ how: Depot.Interruption?) async throws -> [String: [String]] {
        var reader = SettingsReader()
        let job = try AccessKeys(settings: &reader)
        let bindings = try JobHarness.bindings(of: job, keys: ["commands": "entity_id"], partitions: Depot.partitions)
        var depot = try await Depot(job, bindings)
        for (index, record) in script().enumerated() {
            try depot.publish([record], to: "commands")
            if let how, index % 9 == 8 { depot = try await depot.interrupted(how) }
        }
        try await depot.settled()
        var said: [String: [String]] = [:]
        for topic in ["keys", "audit", "replies"] { said[topic] = try depot.texts(of: topic).sorted() }
        await depot.stop()
        return said
    }

    @Test(arguments: Depot.Interruption.allCases) func `all that leaves is the same after any interruption`(how: Depot.Interruption)
        async throws
    {
        let expected = try await said(nil)
        #expect(expected["replies"]?.count == script().count)
        #expect(expected["audit"]?.count == 30)
        #expect(try await said(how) == expected)
    }
}
