import Dataflow
import Neo4jClient
import StreamCore
import StreamTesting
import TestServers
import Testing

@testable import Neo4jSink

extension Neo4jTests {
    /// The recovery law with a real graph behind the engine: its nodes are the log's records, each once.
    @Suite struct RecoveryTests {
        private func samples(_ numbers: Range<Int>) -> [Record] { numbers.map { Sample("k\($0 % 17)", $0, at: $0).record } }

        @Test(arguments: Depot.Interruption.allCases) func `nodes are the log's records after any interruption, answers lost among them`(
            how: Depot.Interruption
        ) async throws {
            let server = try Neo4jServer.shared()
            let direct = Neo4jClient(Neo4jSettings(server.url))
            _ = try direct.run([Neo4jStatement("MATCH (n) DETACH DELETE n")])
            let between = Interposer(before: server.port ?? 7474)
            defer { between.stop() }
            let client = Neo4jClient(Neo4jSettings("http://127.0.0.1:\(between.port)"))
            let job = SketchJob { flow in
                flow.from(Inlet<Sample>("input"), decoding: { SampleDecoder() })
                    .written("samples", to: "neo4j") { Neo4jSinkWriter(client, GraphSchema(), SampleGraph()) }
            }
            func numbers() throws -> [Int] {
                try direct.run([Neo4jStatement("MATCH (s:Sample) RETURN s.number")])[0].compactMap { $0.first?.integer.map { Int($0) } }
            }
            var depot = try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
            for round in 0..<4 {
                if round % 2 == 1 { between.cut(after: "$moves") }
                try depot.publish(samples(round * 300..<(round + 1) * 300), to: "input")
                if round % 2 == 0 { try await eventually("some nodes are there") { try numbers().count > round * 300 } }
                // A crash ends what goes to the graph too, which what is copied while it runs on would not.
                if how == .crash || how == .crashWithoutState { between.refuse(true) }
                depot = try await depot.interrupted(how)
                between.refuse(false)
            }
            try await depot.settled()
            #expect(try numbers().sorted() == Array(0..<1_200))
            await depot.stop()
        }
    }
}
