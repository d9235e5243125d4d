import Testing
import Topology

@Suite struct ClusterTests {
    private func settings(_ text: String, _ environment: [String: String] = [:]) throws -> ClusterSettings {
        try Folders.folder(cluster: text, counts: nil).load(environment: environment).cluster
    }

    @Test func `an empty file is the defaults`() throws {
        #expect(try settings("") == ClusterSettings())
        #expect(ClusterSettings().listen.description == "127.0.0.1:8080")
    }

    @Test func `every setting is read`() throws {
        var wanted = ClusterSettings()
        wanted.name = "depot"
        wanted.data = "/srv/linehaul"
        wanted.durability = .os
        wanted.listen = ListenAddress(host: "0.0.0.0", port: 9000)
        wanted.advertise = ListenAddress(host: "depot.example", port: 80)
        wanted.authentication = .required
        wanted.slots = 6
        wanted.epoch.every = .milliseconds(10)
        wanted.epoch.bytes = 1 << 20
        wanted.epoch.changes = 100
        wanted.memory.state = 1 << 30
        wanted.memory.cache = 8 << 20
        wanted.drainLimit = .seconds(5)
        #expect(
            try settings(
                """
                cluster: depot
                data: /srv/linehaul
                log: { kind: embedded, durability: os }
                http: { listen: "0.0.0.0:9000", advertise: "depot.example:80", auth: required }
                slots: 6
                epoch: { every: 10ms, bytes: 1MB, changes: 100 }
                memory: { state: 1GB, cache: 8MB }
                drain-limit: 5s
                """) == wanted)
    }

    @Test func `an epoch on kafka fills for longer unless told otherwise`() throws {
        #expect(try settings("log: { kind: kafka, kafka: { servers: a } }").epoch.every == .milliseconds(50))
        #expect(try settings("log: { kind: kafka, kafka: { servers: a } }\nepoch: { every: 5ms }").epoch.every == .milliseconds(5))
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("[::1]:80", "::1", 80, true), (":0", "::", 0, false),
        ("localhost:1", "localhost", 1, true), ("0.0.0.0:443", "0.0.0.0", 443, false), ("127.evil.example:1", "127.evil.example", 1, false),
    ])
    func `an address is read`(text: String, host: String, port: Int, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.isLoopback == isLoopback)
    }

    @Test(arguments: ["", "8080", "host", "host:", "host:65536", "::1:80", "[host]:80", "a b:80", "http://h:80"])
    func `what is no address is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1:1", "auto", false), ("0.0.0.0:1", "auto", true), ("127.0.0.1:1", "required", true), ("0.0.0.0:1", "off", false),
    ])
    func `who says who they are depends on where it listens`(listen: String, auth: String, isRequired: Bool) throws {
        #expect(try settings("http:\n  listen: \(listen)\n  auth: \(auth)\n").isAuthenticationRequired == isRequired)
    }

    @Test func `what is wrong is said with its place`() {
        let text =
            "cluster: a/b\nlog: { durability: fsync }\nhttp: { listen: 8080 }\nepoch: { every: 1h }\nmemory: { cach: 1MB }\ndrain: 5s\n"
        #expect(
            Folders.problems(Folders.folder(cluster: text)) == [
                "t/cluster.yaml:1:10: expected a name of letters, digits, `-`, `_` and `.`, found `a/b`",
                "t/cluster.yaml:2:20: expected sync or os, found `fsync`; did you mean `sync`?",
                "t/cluster.yaml:3:17: expected an address such as 127.0.0.1:8080, found `8080`",
                "t/cluster.yaml:4:17: expected a duration from 1ms to 10s, found `1h`",
                "t/cluster.yaml:5:11: unknown key `cach`; did you mean `cache`?",
                "t/cluster.yaml:6:1: unknown key `drain`; the cluster knows `cluster`, `data`, `databases`, `drain-limit`, `epoch`, `http`, "
                    + "`log`, `memory`, `slots`",
            ])
    }
}
