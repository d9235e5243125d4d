public import Dataflow
public import Neo4jClient
internal import StreamCore

/// Keeps Neo4j at what the log says: things and what they have to do with each other, and the road network.
///
/// Nodes and relations are merged, never made twice; a node carries its entity's version, and only a newer snapshot changes it. Nothing asks
/// Neo4j for an answer: while it is away the fleet runs on, and what was missed is written when it is back.
public struct Neo4jSink: Job {
    public static let name = "neo4j-sink"
    public static let summary = "keeps Neo4j's graph at what the log says"

    private static let target = "neo4j"
    private let client: Neo4jClient

    /// The sink into the graph that `client` leads to.
    public init(_ client: Neo4jClient, settings: inout SettingsReader) throws(SettingsFailure) {
        self.client = client
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        for table in GraphTable.all { write(table, from: table.inlet, in: flow) }
        write(NetworkGraph(), from: "network", in: flow)
        write(DeviationGraph(), from: "deviations", in: flow)
    }

    private func write(_ rows: some GraphRows<GraphRow>, from inlet: String, in flow: Flow) {
        flow.from(Inlet<GraphRow>(inlet), decoding: { GraphRowDecoder() })
            .written("write-\(inlet)", to: Self.target) { [client] in Neo4jSinkWriter(client, GraphTable.schema, rows) }
    }
}
