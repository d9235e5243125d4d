/// A further way to every node of a Kafka: a listener whose clients are told to come back by another port, where a test has something stand
/// between.
public struct Detour: Sendable {
    /// Where each node listens, on the loopback address.
    public let listening: [Int]
    /// Where its clients are sent.
    public let advertised: [Int]
    private let name: String

    init(number: Int, nodes: Int, from port: Int) {
        let first = port + number * nodes * 2
        listening = (0..<nodes).map { first + $0 }
        advertised = (0..<nodes).map { first + nodes + $0 }
        name = "DETOUR\(number)"
    }

    /// What a client is given to find the nodes.
    public var bootstrap: String { advertised.map { "127.0.0.1:\($0)" }.joined(separator: ",") }

    /// A line of a node's `server.properties`, with this way in it.
    func added(to line: String, node: Int) -> String {
        if line.hasPrefix("listeners=") { return "\(line),\(name)://127.0.0.1:\(listening[node - 1])" }
        if line.hasPrefix("advertised.listeners=") { return "\(line),\(name)://127.0.0.1:\(advertised[node - 1])" }
        if line.hasPrefix("listener.security.protocol.map=") { return "\(line),\(name):PLAINTEXT" }
        return line
    }
}
