internal import StreamCore
internal import YAML

/// Reads `log.kafka` of `cluster.yaml`.
enum KafkaReader {
    private static let usualPort = 9_092
    private static let prefetch = 64 << 10 ... 1 << 30
    private static let timeouts = Duration.seconds(1) ... .seconds(900)

    /// The settings. What goes together is held to account only where Kafka `isUsed`: a folder that serves both logs names brokers for one.
    static func read(_ map: inout YAMLMap, isUsed: Bool, _ problems: inout FolderProblems) -> KafkaSettings {
        var settings = KafkaSettings()
        settings.servers = problems.keep(try servers(&map), or: [])
        let serversMark = map.mark(of: "servers")
        if var security = problems.keep(try map.optionalMap("security", "security"), or: nil) {
            settings.security = read(security: &security, isUsed, &problems)
            problems.keep(try security.finish())
        }
        settings.replication = problems.keep(try map.optionalInt("replication", in: 1...32_767), or: nil)
        settings.minInSync = problems.keep(try map.optionalInt("min-insync", in: 1...32_767), or: nil)
        if let least = settings.minInSync, let copies = settings.replication, least > copies {
            problems.note(
                map.mark(of: "min-insync"),
                "`min-insync` is \(least) and `replication` \(copies): nothing could be written; give at most \(max(1, copies - 1))")
        }
        settings.compression = problems.keep(try map.choice("compression", default: settings.compression), or: settings.compression)
        settings.prefetch = problems.keep(try map.optionalBytes("prefetch", in: prefetch), or: nil)
        settings.sessionTimeout = problems.keep(try map.optionalDuration("session-timeout", in: timeouts), or: nil)
        settings.transactionTimeout = problems.keep(try map.optionalDuration("transaction-timeout", in: timeouts), or: nil)
        if isUsed, settings.servers.isEmpty {
            problems.note(serversMark, lacksServers)
        }
        problems.keep(try map.finish())
        return settings
    }

    /// What is said where Kafka is the log and no broker is named.
    static let lacksServers = "the log is kafka and no broker is named; set LINEHAUL_KAFKA, or `log.kafka.servers`, to host:port,…"

    /// A list, or names with commas between them, as LINEHAUL_KAFKA has them.
    private static func servers(_ map: inout YAMLMap) throws(YAMLFailure) -> [String] {
        guard let node = map.optionalNode("servers") else { return [] }
        var servers: [String] = []
        if case .sequence(let items) = node.content {
            for item in items { servers.append(try server(try item.string(), item)) }
        } else {
            for part in try node.string().split(separator: ",") { servers.append(try server(part.filter { !$0.isWhitespace }, node)) }
        }
        return servers
    }

    private static func server(_ text: String, _ node: YAMLNode) throws(YAMLFailure) -> String {
        let withPort = text.contains(":") ? text : "\(text):\(usualPort)"
        guard let address = ListenAddress(withPort), address.port > 0, !withPort.hasPrefix(":") else {
            throw node.unexpected("brokers as host:port, with commas between them")
        }
        return address.description
    }

    private static func read(security map: inout YAMLMap, _ isUsed: Bool, _ problems: inout FolderProblems) -> KafkaSettings.Security {
        var security = KafkaSettings.Security()
        security.securityProtocol = problems.keep(try word("protocol", of: &map), or: nil) ?? security.securityProtocol
        security.mechanism = problems.keep(try word("mechanism", of: &map), or: nil)
        security.username = problems.keep(try text("username", of: &map), or: nil)
        security.password = problems.keep(try text("password", of: &map), or: nil).map { Secret($0) }
        security.ca = problems.keep(try text("ca", of: &map), or: nil)
        security.certificate = problems.keep(try text("certificate", of: &map), or: nil)
        security.key = problems.keep(try text("key", of: &map), or: nil)
        security.keyPassword = problems.keep(try text("key-password", of: &map), or: nil).map { Secret($0) }
        if isUsed { check(security, map, &problems) }
        return security
    }

    private static func check(_ security: KafkaSettings.Security, _ map: YAMLMap, _ problems: inout FolderProblems) {
        let name = security.securityProtocol.rawValue
        if security.securityProtocol.authenticates {
            for (key, isGiven, variable) in [
                ("mechanism", security.mechanism != nil, "LINEHAUL_KAFKA_MECHANISM"),
                ("username", security.username != nil, "LINEHAUL_KAFKA_USERNAME"),
                ("password", security.password != nil, "LINEHAUL_KAFKA_PASSWORD"),
            ] where !isGiven {
                let words = key == "mechanism" ? " (\(KafkaSettings.Mechanism.allCases.map(\.rawValue).joined(separator: ", ")))" : ""
                problems.note(map.mark(of: key), "protocol \(name) needs `\(key)`\(words); set it, or \(variable)")
            }
        } else {
            for (key, isGiven) in [
                ("mechanism", security.mechanism != nil), ("username", security.username != nil), ("password", security.password != nil),
            ] where isGiven {
                let better = security.securityProtocol.encrypts ? "SASL_SSL" : "SASL_PLAINTEXT or SASL_SSL"
                problems.note(map.mark(of: key), "`\(key)` is never shown with protocol \(name); did you mean protocol \(better)?")
            }
        }
        if !security.securityProtocol.encrypts {
            for (key, isGiven) in [("ca", security.ca != nil), ("certificate", security.certificate != nil), ("key", security.key != nil)]
            where isGiven {
                let better = security.securityProtocol.authenticates ? "SASL_SSL" : "SSL"
                problems.note(map.mark(of: key), "`\(key)` means nothing with protocol \(name); did you mean protocol \(better)?")
            }
        } else if (security.certificate == nil) != (security.key == nil) {
            let (there, lacking) = security.key == nil ? ("certificate", "key") : ("key", "certificate")
            problems.note(map.mark(of: there), "`\(there)` needs `\(lacking)`, a PEM file; give both, or neither")
        }
        if security.keyPassword != nil, security.key == nil {
            problems.note(map.mark(of: "key-password"), "`key-password` means nothing without `key`")
        }
    }

    /// Kafka's own words, whose case people write either way.
    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, of map: inout YAMLMap
    ) throws(YAMLFailure) -> Word? {
        guard let node = map.optionalNode(key) else { return nil }
        guard case .scalar(let text, _) = node.content else { return try node.choice() }
        return text.isEmpty ? nil : try YAMLNode(node.mark, .scalar(text.uppercased(), isQuoted: true)).choice()
    }

    /// Text; in quotes and empty it counts as absent, since a variable that may hold anything is written in quotes.
    private static func text(_ key: String, of map: inout YAMLMap) throws(YAMLFailure) -> String? {
        guard let text = try map.optionalString(key), !text.isEmpty else { return nil }
        return text
    }
}
