import StreamCore
import Testing
import Topology

@Suite struct KafkaSettingsTests {
    private func settings(_ kafka: String, _ environment: [String: String] = [:]) throws -> KafkaSettings {
        try Folders.folder(cluster: "log: { kind: kafka, kafka: { \(kafka) } }\n", counts: nil).load(environment: environment).cluster.kafka
    }

    private func problems(_ kafka: String, kind: String = "kafka") -> [String] {
        Folders.problems(Folders.folder(cluster: "log:\n  kind: \(kind)\n  kafka: { \(kafka) }\n"))
    }

    @Test func `every setting of kafka is read`() throws {
        var wanted = KafkaSettings()
        wanted.servers = ["a:9092", "b.example:9093"]
        wanted.security.securityProtocol = .saslSSL
        wanted.security.mechanism = .scram512
        wanted.security.username = "linehaul"
        wanted.security.password = Secret("p:w, {x}")
        wanted.security.ca = "/etc/ca.pem"
        wanted.security.certificate = "/etc/cert.pem"
        wanted.security.key = "/etc/key.pem"
        wanted.security.keyPassword = Secret("k")
        wanted.replication = 3
        wanted.minInSync = 2
        wanted.compression = .zstd
        wanted.prefetch = 1 << 20
        wanted.sessionTimeout = .seconds(20)
        wanted.transactionTimeout = .seconds(15)
        #expect(
            try settings(
                """
                servers: "a, b.example:9093", replication: 3, min-insync: 2, compression: zstd, prefetch: 1MB, session-timeout: 20s,
                    transaction-timeout: 15s, security: { protocol: sasl_ssl, mechanism: scram-sha-512, username: linehaul,
                    password: "p:w, {x}", ca: /etc/ca.pem, certificate: /etc/cert.pem, key: /etc/key.pem, key-password: k }
                """) == wanted)
    }

    @Test func `brokers can be a list`() throws {
        #expect(try settings("servers: [a, b:1]").servers == ["a:9092", "b:1"])
    }

    @Test(arguments: [
        ("servers: \"\"", "t/cluster.yaml:3:12: the log is kafka and no broker is named; set LINEHAUL_KAFKA"),
        ("servers: \"a:b\"", "expected brokers as host:port, with commas between them, found `a:b`"),
        ("server: a", "unknown key `server`; did you mean `servers`?"),
        ("servers: a, security: { protocol: tls }", "expected PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL, found `TLS`"),
        ("servers: a, security: { protocl: SSL }", "unknown key `protocl`; did you mean `protocol`?"),
        (
            "servers: a, security: { protocol: SASL_SSL, mechanism: PLAIN, username: u }",
            "protocol SASL_SSL needs `password`; set it, or LINEHAUL_KAFKA_PASSWORD"
        ),
        ("servers: a, security: { username: u }", "`username` is never shown with protocol PLAINTEXT; did you mean protocol SASL_PLAINTEXT"),
        ("servers: a, security: { ca: x.pem }", "`ca` means nothing with protocol PLAINTEXT; did you mean protocol SSL?"),
        ("servers: a, security: { protocol: SSL, certificate: c.pem }", "`certificate` needs `key`, a PEM file"),
        ("servers: a, replication: 2, min-insync: 3", "`min-insync` is 3 and `replication` 2: nothing could be written; give at most 1"),
        ("servers: a, compression: brotli", "expected none, gzip, snappy, lz4 or zstd, found `brotli`"),
        ("servers: a, prefetch: 1", "expected a size from"),
    ])
    func `what is wrong with kafka's settings is said with the way out`(kafka: String, reason: String) {
        let found = problems(kafka)
        #expect(found.contains { $0.contains(reason) }, "\(found)")
    }

    @Test func `kafka without a section of its own lacks brokers`() {
        let found = Folders.problems(Folders.folder(cluster: "log: { kind: kafka }\n"))
        #expect(found.contains { $0.hasPrefix("t/cluster.yaml:1:8: the log is kafka and no broker is named") }, "\(found)")
    }

    @Test func `what kafka would need is not asked for where the log is embedded`() {
        #expect(problems("security: { protocol: SASL_SSL }", kind: "embedded") == [])
    }

    @Test func `an unknown key is an error whichever log is used`() {
        #expect(problems("servrs: a", kind: "embedded").contains { $0.contains("did you mean `servers`?") })
    }

    @Test func `a secret is never printed`() throws {
        let kafka = try settings("servers: a, security: { protocol: SASL_SSL, mechanism: PLAIN, username: u, password: hunter2 }")
        #expect(kafka.security.password?.revealed == "hunter2")
        var dumped = ""
        dump(kafka, to: &dumped)
        for text in ["\(kafka)", String(reflecting: kafka), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("•••"))
        }
    }

    @Test func `HTTPS needs a certificate and its key`() throws {
        let folder = Folders.folder(cluster: "http: { certificate: c.pem, key: k.pem, ca: a.pem }\n", counts: nil)
        #expect(try folder.load(environment: [:]).cluster.tls == ClusterSettings.TLS(certificate: "c.pem", key: "k.pem", ca: "a.pem"))
        #expect(Folders.problems(Folders.folder(cluster: "http: { key: k.pem }\n")).contains { $0.contains("`key` needs `certificate`") })
        #expect(Folders.problems(Folders.folder(cluster: "http: { ca: k.pem }\n")).contains { $0.contains("`ca` means nothing without") })
    }

    @Test(arguments: [
        ("127.0.0.1:80", nil, "127.0.0.1:80"), ("0.0.0.0:80", nil, "depot:80"), (":80", nil, "depot:80"),
        ("0.0.0.0:80", "pod-1.linehaul:8080", "pod-1.linehaul:8080"), ("127.0.0.1:0", nil, "127.0.0.1:4711"),
    ])
    func `a process is reached where it says, else where it listens`(listen: String, advertise: String?, reached: String) throws {
        var settings = ClusterSettings()
        settings.listen = try #require(ListenAddress(listen))
        settings.advertise = advertise.flatMap { ListenAddress($0) }
        let port = settings.listen.port == 0 ? 4711 : settings.listen.port
        #expect(settings.advertised(port: port, hostname: "depot").description == reached)
    }
}
