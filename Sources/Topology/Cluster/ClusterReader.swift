internal import StreamCore
internal import YAML

/// Reads `cluster.yaml`.
enum ClusterReader {
    /// A transaction on Kafka costs more than a synced write, so an epoch there fills for longer.
    private static let kafkaEpoch = Duration.milliseconds(50)
    private static let mostSlots = 1_024
    private static let mostSessions = 200
    private static let epochBytes = 64 << 10...1 << 30

    static func read(_ root: YAMLNode, _ problems: inout FolderProblems) -> ClusterSettings {
        var settings = ClusterSettings()
        guard var map = problems.keep(try YAMLMap(root, "the cluster")) else { return settings }
        settings.name = problems.keep(try name(&map, default: settings.name), or: settings.name)
        settings.data = problems.keep(try map.string("data", default: settings.data), or: settings.data)
        if var log = section("log", "the log", of: &map, &problems) {
            settings.log = problems.keep(try log.choice("kind", default: settings.log), or: settings.log)
            settings.durability = problems.keep(try log.choice("durability", default: settings.durability), or: settings.durability)
            let isKafka = settings.log == .kafka
            if var kafka = section("kafka", "kafka", of: &log, &problems) {
                settings.kafka = KafkaReader.read(&kafka, isUsed: isKafka, &problems)
            } else if isKafka {
                problems.note(log.mark(of: "kind"), KafkaReader.lacksServers)
            }
            problems.keep(try log.finish())
        }
        if var databases = section("databases", "the databases", of: &map, &problems) {
            for kind in Database.allCases { settings.databases[kind] = database(kind.rawValue, of: &databases, &problems) }
            problems.keep(try databases.finish())
        }
        if var http = section("http", "http", of: &map, &problems) {
            settings.listen = problems.keep(try address("listen", of: &http), or: nil) ?? settings.listen
            settings.advertise = problems.keep(try address("advertise", of: &http), or: nil)
            settings.authentication = problems.keep(
                try http.choice("auth", default: settings.authentication), or: settings.authentication)
            settings.tls = tls(&http, &problems)
            settings.cors = problems.keep(try origins(&http), or: nil) ?? settings.cors
            settings.connections = problems.keep(
                try http.int("connections", default: settings.connections, in: 1...10_000_000), or: settings.connections)
            settings.deflates = problems.keep(try http.bool("deflate", default: settings.deflates), or: settings.deflates)
            if var tokens = section("tokens", "the tokens", of: &http, &problems) {
                settings.tokens = AccessReader.tokens(&tokens, &problems)
            }
            if var limits = section("limits", "the limits", of: &http, &problems) {
                settings.limits = AccessReader.limits(&limits, &problems)
            }
            problems.keep(try http.finish())
        }
        settings.slots = problems.keep(try map.optionalInt("slots", in: 1...mostSlots), or: nil)
        if settings.log == .kafka { settings.epoch.every = kafkaEpoch }
        if var epoch = section("epoch", "the epoch", of: &map, &problems) {
            let wanted = settings.epoch
            settings.epoch.every = problems.keep(
                try epoch.duration("every", default: wanted.every, in: .milliseconds(1) ... .seconds(10)), or: wanted.every)
            settings.epoch.bytes = problems.keep(try epoch.bytes("bytes", default: wanted.bytes, in: epochBytes), or: wanted.bytes)
            settings.epoch.changes = problems.keep(
                try epoch.int("changes", default: wanted.changes, in: 1...10_000_000), or: wanted.changes)
            problems.keep(try epoch.finish())
        }
        if var memory = section("memory", "the memory", of: &map, &problems) {
            let wanted = settings.memory
            settings.memory.state = problems.keep(try memory.bytes("state", default: wanted.state, in: 1 << 20 ... .max), or: wanted.state)
            settings.memory.cache = problems.keep(try memory.bytes("cache", default: wanted.cache, in: 1 << 20 ... .max), or: wanted.cache)
            problems.keep(try memory.finish())
        }
        settings.drainLimit = problems.keep(
            try map.duration("drain-limit", default: settings.drainLimit, in: .milliseconds(100) ... .seconds(3_600)), or: .zero)
        problems.keep(try map.finish())
        return settings
    }

    /// Where a database is; `nil` where no URI says so.
    private static func database(_ key: String, of map: inout YAMLMap, _ problems: inout FolderProblems) -> DatabaseSettings? {
        guard var lines = section(key, key, of: &map, &problems) else { return nil }
        let uri = problems.keep(try lines.optionalString("uri"), or: nil) ?? ""
        let sessions = problems.keep(try lines.optionalInt("sessions", in: 1...mostSessions), or: nil)
        let user = problems.keep(try lines.optionalString("user"), or: nil) ?? ""
        let password = problems.keep(try lines.optionalString("password"), or: nil) ?? ""
        problems.keep(try lines.finish())
        if uri.isEmpty { return nil }
        return DatabaseSettings(uri: Secret(uri), sessions: sessions ?? 8, user: user, password: Secret(password))
    }

    /// The listener's certificate and key, which come together, and whom the cluster's other processes are trusted by.
    private static func tls(_ http: inout YAMLMap, _ problems: inout FolderProblems) -> ClusterSettings.TLS? {
        var files: [String: String] = [:]
        for key in ["certificate", "key", "ca"] { files[key] = problems.keep(try http.optionalString(key), or: nil) }
        switch (files["certificate"], files["key"]) {
        case (let certificate?, let key?): return ClusterSettings.TLS(certificate: certificate, key: key, ca: files["ca"])
        case (nil, nil):
            if files["ca"] != nil {
                problems.note(http.mark(of: "ca"), "`ca` means nothing without `certificate` and `key`: HTTP is served without TLS")
            }
        case (let certificate, _):
            let (there, lacking) = certificate == nil ? ("key", "certificate") : ("certificate", "key")
            problems.note(http.mark(of: there), "`\(there)` needs `\(lacking)`, a PEM file; give both, or neither for plain HTTP")
        }
        return nil
    }

    private static func section(_ key: String, _ what: String, of map: inout YAMLMap, _ problems: inout FolderProblems) -> YAMLMap? {
        problems.keep(try map.optionalMap(key, what), or: nil)
    }

    private static func name(_ map: inout YAMLMap, default standIn: String) throws(YAMLFailure) -> String {
        guard let node = map.optionalNode("cluster") else { return standIn }
        let name = try node.string()
        guard TopicName.isLegal(name) else { throw node.unexpected("a name of letters, digits, `-`, `_` and `.`") }
        return name
    }

    /// Origins with commas between.
    private static func origins(_ http: inout YAMLMap) throws(YAMLFailure) -> [String]? {
        guard let node = http.optionalNode("cors") else { return nil }
        let origins = try node.string().split { $0 == "," || $0 == " " }.map(String.init)
        guard origins.allSatisfy({ $0 == "*" || $0.hasPrefix("http://") || $0.hasPrefix("https://") }) else {
            throw node.unexpected("origins such as https://tms.example.com, with commas between")
        }
        return origins
    }

    private static func address(_ key: String, of map: inout YAMLMap) throws(YAMLFailure) -> ListenAddress? {
        guard let node = map.optionalNode(key) else { return nil }
        guard let address = ListenAddress(try node.string()) else { throw node.unexpected("an address such as 127.0.0.1:8080") }
        return address
    }
}
