internal import Foundation
internal import Synchronization

/// A real Neo4j for tests: started with the servers' own script in a scratch directory, or one that runs elsewhere.
///
/// The script is looked for where Kafka's is; `LINEHAUL_TEST_NEO4J` names a running one's HTTP address in its place, which asks nobody who
/// they are, is emptied by the tests and cannot be killed.
public final class Neo4jServer: Sendable {
    /// Its HTTP address.
    public let url: String
    private let directory: String?
    private let ports: (http: Int, bolt: Int)

    /// Why there is no server to test against.
    public struct Missing: Error, CustomStringConvertible {
        /// What to do.
        public let description: String
    }

    /// Why no Neo4j can be had here; `nil` where one can.
    public static var missing: String? {
        if elsewhere != nil { return nil }
        if scripts == nil {
            return "no Neo4j to test against: set LINEHAUL_TEST_SERVERS to the folder of neo4j.sh, or LINEHAUL_TEST_NEO4J to a URL"
        }
        return Shell.run("/usr/bin/env", ["java", "-version"]).status == 0 ? nil : "no Neo4j to test against: it needs Java 17 on the PATH"
    }

    /// Why none can be started that is a test's own; `nil` where one can. The one elsewhere is everybody's.
    public static var ownMissing: String? {
        elsewhere == nil ? missing : "LINEHAUL_TEST_NEO4J names the only Neo4j, and this test needs one to itself"
    }

    /// The one that the tests of a module share, which take turns at its one graph: started by the first that asks, stopped when the
    /// process ends. All modules' tests are one process, so no second module may use it.
    public static func shared() throws -> Neo4jServer { try common.get() }

    private static let common = Result {
        let server = try Neo4jServer()
        remaining.withLock { $0 = server }
        atexit { Neo4jServer.remaining.withLock { $0?.stop() } }
        return server
    }

    private static let remaining = Mutex<Neo4jServer?>(nil)
    private static let elsewhere = ProcessInfo.processInfo.environment["LINEHAUL_TEST_NEO4J"].flatMap { $0.isEmpty ? nil : $0 }

    /// Starts one of its own, or takes the one elsewhere where the environment names it.
    public init() throws {
        if let elsewhere = Self.elsewhere {
            (url, directory, ports) = (elsewhere, nil, (0, 0))
            return
        }
        guard Self.scripts != nil else { throw Missing(description: Self.missing ?? "no scripts") }
        let port = FreePorts.first(of: 2)
        ports = (port, port + 1)
        url = "http://127.0.0.1:\(port)"
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-neo4j-\(UUID().uuidString)").path
        try start()
    }

    deinit { stop() }

    /// Its HTTP port; `nil` for one elsewhere.
    public var port: Int? { directory == nil ? nil : ports.http }

    /// Kills it, as a power cut would.
    public func kill() throws {
        _ = try command("kill")
        // Whoever was killed may be there as a zombie still, which the script takes for alive.
        if let directory { try? FileManager.default.removeItem(atPath: "\(directory)/pid") }
    }

    /// Starts it, on what it left where it was killed.
    public func start() throws {
        _ = try command("start", "--http", "\(ports.http)", "--bolt", "\(ports.bolt)")
    }

    /// Ends it and removes what it kept.
    public func stop() {
        guard let directory, FileManager.default.fileExists(atPath: directory) else { return }
        _ = try? command("kill")
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func command(_ verb: String, _ more: String...) throws -> String {
        guard let directory, let scripts = Self.scripts else { throw Missing(description: "this Neo4j is not ours to \(verb)") }
        let outcome = Shell.run("\(scripts)/neo4j.sh", [verb, directory] + more)
        guard outcome.status == 0 else { throw Missing(description: "neo4j.sh \(verb) ended with \(outcome.status): \(outcome.output)") }
        return outcome.output
    }

    private static var scripts: String? { KafkaServer.scripts }
}
