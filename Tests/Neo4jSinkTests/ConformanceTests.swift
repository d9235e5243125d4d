import Neo4jClient
import SinkConformance
import Sinks
import StreamCore
import StreamTesting
import TestServers
import Testing

@testable import Neo4jSink

/// Everything that needs a Neo4j, one after another: there is one graph in it.
@Suite(.serialized, .enabled(if: Neo4jServer.missing == nil, "Neo4j is not here")) struct Neo4jTests {}

extension Neo4jTests {
    @Suite struct ConformanceTests {
        @Test(arguments: SinkConformance.cases) func `Neo4j is a sink`(sentence: String) throws {
            try SinkConformance.run(sentence, on: Neo4jFixture())
        }
    }
}

/// Samples as nodes, one made for each row, so that one written twice would stand there twice.
struct SampleGraph: GraphRows {
    func statements(for rows: ArraySlice<Sample>) -> [Neo4jStatement] {
        let given = rows.map { row -> JSON in
            // A node keeps no map: such a row is refused.
            .object(["key": .string(row.key), "number": row.number < 0 ? .object([]) : .integer(Int64(row.number))])
        }
        return [Neo4jStatement("UNWIND $rows AS row CREATE (s:Sample) SET s.key = row.key, s.number = row.number", ["rows": .array(given)])]
    }
}

/// The shared server's graph, emptied, reached through what can cut connections.
final class Neo4jFixture: SinkFixture {
    private let server: Neo4jServer
    private let between: Interposer
    private let direct: Neo4jClient
    private let client: Neo4jClient

    init(_ server: Neo4jServer? = nil) throws {
        let server = try server ?? Neo4jServer.shared()
        self.server = server
        between = Interposer(before: server.port ?? 7474)
        direct = Neo4jClient(Neo4jSettings(server.url))
        client = Neo4jClient(Neo4jSettings("http://127.0.0.1:\(between.port)"))
        _ = try direct.run([Neo4jStatement("MATCH (n) DETACH DELETE n")])
    }

    deinit { between.stop() }

    func makeWriter() -> Neo4jSinkWriter<SampleGraph> { Neo4jSinkWriter(client, [], SampleGraph()) }
    func row(_ number: Int) -> Sample { Sample("k\(number)", number, at: 0) }
    func refusedRow(_ number: Int) -> Sample? { Sample("bad", -abs(number), at: 0) }

    func numbers() throws -> [Int] {
        try direct.run([Neo4jStatement("MATCH (s:Sample) RETURN s.number")])[0].compactMap { $0.first?.integer.map { Int($0) } }
    }

    func loseNextAnswer() -> Bool {
        between.cut(after: "$moves")
        return true
    }

    /// What stands between accepts and closes, after which nobody can tell that nothing was done; killing the server is tried elsewhere.
    func beAway(_ isAway: Bool) -> Bool { false }
}
