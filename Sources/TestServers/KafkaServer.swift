internal import Foundation
internal import Synchronization

/// A real Kafka for tests: nodes started with the servers' own script in a scratch directory, or a cluster that runs elsewhere.
///
/// The script is looked for in `../shared/servers` beside the package, or where `LINEHAUL_TEST_SERVERS` says; `LINEHAUL_TEST_KAFKA` names a
/// running cluster's bootstrap servers in its place, whose nodes cannot be killed.
public final class KafkaServer: Sendable {
    /// Where clients connect without security.
    public let bootstrap: String
    /// Where they connect with TLS and SASL; `nil` without it.
    public let secure: Secure?
    /// The further ways to its nodes.
    public let detours: [Detour]
    private let directory: String?

    /// The secured listener.
    public struct Secure: Sendable {
        /// `host:port`.
        public let bootstrap: String
        /// A PEM file of the authority that signed its certificate.
        public let authorities: String
        /// A user it knows.
        public let user: String
        /// That user's password.
        public let password: String
    }

    /// Why there is no server to test against.
    public struct Missing: Error, CustomStringConvertible {
        /// What to do.
        public let description: String
    }

    /// Why no Kafka can be had here; `nil` where one can.
    public static var missing: String? {
        if ProcessInfo.processInfo.environment["LINEHAUL_TEST_KAFKA"] != nil { return nil }
        if scripts == nil {
            return "no Kafka to test against: set LINEHAUL_TEST_SERVERS to the folder of kafka.sh, or LINEHAUL_TEST_KAFKA to host:port"
        }
        return Shell.run("/usr/bin/env", ["java", "-version"]).status == 0 ? nil : "no Kafka to test against: it needs Java 17 on the PATH"
    }

    /// A running cluster's address, where the environment names one: nothing is started, nothing can be killed.
    public static var elsewhere: KafkaServer? {
        ProcessInfo.processInfo.environment["LINEHAUL_TEST_KAFKA"].map { KafkaServer(bootstrap: $0, secure: nil, directory: nil) }
    }

    /// The one that the tests of a process share: started by the first that asks, stopped when the process ends.
    public static func shared() throws -> KafkaServer { try common.get() }

    private static let common = Result {
        let server = try elsewhere ?? KafkaServer()
        remaining.withLock { $0 = server }
        atexit { KafkaServer.remaining.withLock { $0?.stop() } }
        return server
    }

    private static let remaining = Mutex<KafkaServer?>(nil)

    private init(bootstrap: String, secure: Secure?, directory: String?, detours: [Detour] = []) {
        self.bootstrap = bootstrap
        self.secure = secure
        self.directory = directory
        self.detours = detours
    }

    /// Starts `nodes` of them on free ports. `properties` are lines for each node's `server.properties`; `detours` is how many more ways
    /// there are to them.
    public convenience init(nodes: Int = 1, user: String? = nil, properties: [String] = [], detours: Int = 0) throws {
        guard let scripts = Self.scripts else { throw Missing(description: Self.missing ?? "no scripts") }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-kafka-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let port = FreePorts.first(of: 60)
        let password = "test-\(UUID().uuidString)"
        var arguments = ["start", directory, "--port", "\(port)", "--nodes", "\(nodes)"]
        if let user { arguments += ["--secure", "\(user):\(password)"] }
        if !properties.isEmpty {
            try properties.joined(separator: "\n").write(toFile: "\(directory)/extra.properties", atomically: true, encoding: .utf8)
            arguments += ["--config", "\(directory)/extra.properties"]
        }
        let started = Shell.run("\(scripts)/kafka.sh", arguments)
        guard started.status == 0 else { throw Missing(description: "kafka.sh did not start: \(started.output)") }
        let secure = user.map {
            Secure(bootstrap: "127.0.0.1:\(port + 51)", authorities: "\(directory)/ca.pem", user: $0, password: password)
        }
        self.init(
            bootstrap: started.output.trimmingCharacters(in: .whitespacesAndNewlines), secure: secure, directory: directory,
            detours: (0..<detours).map { Detour(number: $0, nodes: nodes, from: port + 10) })
        if detours > 0 { try open(nodes, in: directory) }
    }

    deinit { stop() }

    /// Kills a node, as a power cut would. Nodes count from 1.
    public func kill(_ node: Int = 1) throws { try command("kill", "\(node)") }

    /// Starts a killed node again, on what it left.
    public func start(_ node: Int = 1) throws { try command("node", "\(node)") }

    /// Ends every node and removes what they kept.
    public func stop() {
        guard let directory = ended() else { return }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Ends every node and leaves what they kept in `folder`, which is not there yet: segments for `kafka-dump-log`.
    public func stop(leaving folder: String) throws {
        guard let directory = ended() else { return }
        try FileManager.default.moveItem(atPath: directory, toPath: folder)
    }

    /// Ends every node; where they kept what they had, if that is ours and still there.
    private func ended() -> String? {
        guard let directory, let scripts = Self.scripts, FileManager.default.fileExists(atPath: directory) else { return nil }
        _ = Shell.run("\(scripts)/kafka.sh", ["stop", directory])
        return directory
    }

    /// Runs one of Kafka's own commands, lending it `input`; what it printed.
    public static func tool(_ name: String, _ arguments: [String], input: String = "") throws -> String {
        guard let scripts else { throw Missing(description: missing ?? "no scripts") }
        let outcome = Shell.run("\(scripts)/kafka.sh", ["tool", name] + arguments, input: input)
        guard outcome.status == 0 else { throw Missing(description: "\(name): \(outcome.output)") }
        return outcome.output
    }

    /// Has each node listen for the detours too, one node after another.
    private func open(_ nodes: Int, in directory: String) throws {
        for node in 1...nodes {
            let file = "\(directory)/node\(node)/server.properties"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let lines = text.split(separator: "\n").map { line in detours.reduce(String(line)) { $1.added(to: $0, node: node) } }
            try (lines + ["inter.broker.listener.name=PLAINTEXT"]).joined(separator: "\n").write(
                toFile: file, atomically: true, encoding: .utf8)
            try kill(node)
            try start(node)
        }
    }

    private func command(_ name: String, _ node: String) throws {
        guard let directory, let scripts = Self.scripts else { throw Missing(description: "this Kafka's nodes are not ours to \(name)") }
        let outcome = Shell.run("\(scripts)/kafka.sh", [name, directory, node])
        guard outcome.status == 0 else { throw Missing(description: "kafka.sh \(name) \(node): \(outcome.output)") }
    }

    static let scripts: String? = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("shared/servers").path
        let folder = ProcessInfo.processInfo.environment["LINEHAUL_TEST_SERVERS"] ?? beside
        return FileManager.default.isExecutableFile(atPath: "\(folder)/kafka.sh") ? folder : nil
    }()
}
