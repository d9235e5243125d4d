import Testing
import YAML

@Suite struct ComposeTests {
    @Test func `every image is pinned to a version`() throws {
        for (name, service) in try Shipped.compose().services {
            let image = try #require(service["image"]?.text, "\(name) has no image")
            let tag = image.split(separator: ":", maxSplits: 1).dropFirst().first ?? ""
            #expect(tag.contains(where: \.isNumber) && !tag.contains("latest"), "\(name): \(image)")
        }
    }

    @Test(arguments: [
        ("kafka", "apache/kafka:4.1.1"), ("postgres", "postgis/postgis:16-3.4"), ("timescale", "timescale/timescaledb-ha:pg16"),
        ("neo4j", "neo4j:5.26-community"), ("debezium", "quay.io/debezium/connect:3.3"),
    ])
    func `the system is of the images that it was agreed on`(service: String, image: String) throws {
        #expect(try Shipped.compose().text(service, "image") == image)
    }

    /// What cannot be asked how it is, and why.
    private static let silent = ["fleet": "it serves nothing", "tms-pg-cdc": "it gives Connect the connector and ends"]

    @Test func `every service is looked after, or says why not`() throws {
        for (name, service) in try Shipped.compose().services {
            let check = try #require(service["healthcheck"], "\(name) has no health check")
            if Self.silent[name] != nil {
                #expect(check["disable"]?.text == "true")
            } else {
                #expect(check["test"]?.items?.first?.text == "CMD", "\(name)")
                #expect(check["retries"] != nil)
            }
        }
    }

    @Test func `what others wait for can be waited for`() throws {
        let compose = try Shipped.compose()
        for (name, service) in compose.services {
            for entry in service["depends_on"]?.entries ?? [] {
                let other = try #require(compose.service(entry.key), "\(name) waits for \(entry.key), which is not there")
                let condition = entry.value["condition"]?.text
                #expect(condition == "service_healthy" || condition == "service_started")
                if condition == "service_healthy" { #expect(other["healthcheck"]?["disable"] == nil, "\(name) waits for \(entry.key)") }
            }
        }
    }

    @Test func `no job runs before the brokers answer, and none waits for a database`() throws {
        let compose = try Shipped.compose()
        #expect(compose.text("linehaul", "depends_on", "kafka", "condition") == "service_healthy")
        #expect(compose.text("linehaul", "depends_on", "postgres", "condition") == "service_started")
    }

    @Test func `databases and users are called as the system calls them`() throws {
        let compose = try Shipped.compose()
        #expect(compose.text("postgres", "environment", "POSTGRES_DB") == "tms_oltp")
        #expect(compose.text("postgres", "environment", "POSTGRES_USER") == "tms_user")
        #expect(compose.text("timescale", "environment", "POSTGRES_DB") == "tms_timeseries")
        #expect(compose.text("timescale", "environment", "POSTGRES_USER") == "timescale_user")
    }

    @Test func `a password comes from the environment, the same to who gives and who takes it`() throws {
        let compose = try Shipped.compose(["TMS_PASSWORD": "s3cret", "NEO4J_PASSWORD": "n3o", "TIMESCALE_PASSWORD": "t1me"])
        #expect(compose.text("postgres", "environment", "POSTGRES_PASSWORD") == "s3cret")
        #expect(compose.text("linehaul", "environment", "LINEHAUL_POSTGRES") == "postgresql://tms_user:s3cret@postgres:5432/tms_oltp")
        #expect(
            compose.text("linehaul", "environment", "LINEHAUL_TIMESCALE")
                == "postgresql://timescale_user:t1me@timescale:5432/tms_timeseries")
        #expect(compose.text("neo4j", "environment", "NEO4J_AUTH") == "neo4j/n3o")
        #expect(compose.text("linehaul", "environment", "LINEHAUL_NEO4J_PASSWORD") == "n3o")
        #expect(compose.service("tms-pg-cdc")?["command"]?.items?[1].text?.contains(#""database.password": "s3cret""#) == true)
    }

    @Test func `nothing is open beyond this machine, and no port is taken twice`() throws {
        let ports = try Shipped.compose().services.flatMap { $0.node["ports"]?.items ?? [] }.compactMap(\.text)
        #expect(ports.allSatisfy { $0.hasPrefix("127.0.0.1:") })
        let taken = ports.map { $0.split(separator: ":")[1] }
        #expect(Set(taken).count == taken.count)
        for port in ["8080", "29092", "5432", "5433", "7474", "7687", "6379", "8083"] { #expect(taken.contains { $0 == port }, "\(port)") }
    }

    @Test func `linehaul runs on the brokers of this file, with a token, and is stopped in order`() throws {
        let compose = try Shipped.compose()
        #expect(compose.text("linehaul", "environment", "LINEHAUL_LOG") == "kafka")
        #expect(compose.text("linehaul", "environment", "LINEHAUL_KAFKA") == "kafka:9092")
        #expect(compose.text("linehaul", "environment", "LINEHAUL_TOKEN")?.isEmpty == false)
        #expect(compose.text("linehaul", "stop_grace_period") == "40s")
        #expect(compose.text("kafka", "environment", "KAFKA_PROCESS_ROLES") == "broker,controller")
        #expect(compose.text("kafka", "environment", "KAFKA_AUTO_CREATE_TOPICS_ENABLE") == "false")
    }

    @Test func `a second process is like the first, but for its data`() throws {
        let compose = try Shipped.compose()
        #expect(compose.service("linehaul-2")?["profiles"]?.items?.map(\.text) == ["cluster"])
        #expect(compose.text("linehaul-2", "environment", "LINEHAUL_CLUSTER") == compose.text("linehaul", "environment", "LINEHAUL_CLUSTER"))
        let volumes = ["linehaul", "linehaul-2"].map { compose.service($0)?["volumes"]?.items?.first?.text }
        #expect(volumes == ["linehaul:/var/lib/linehaul", "linehaul-2:/var/lib/linehaul"])
    }

    @Test func `change data capture by Debezium has the names that were agreed on`() throws {
        let compose = try Shipped.compose()
        for name in ["debezium", "tms-pg-cdc"] { #expect(compose.service(name)?["profiles"]?.items?.map(\.text) == ["cdc"]) }
        #expect(compose.text("debezium", "environment", "OFFSET_STORAGE_TOPIC") == "debezium_offsets")
        #expect(compose.text("debezium", "environment", "STATUS_STORAGE_TOPIC") == "debezium_status")
        let command = (compose.service("tms-pg-cdc")?["command"]?.items ?? []).compactMap(\.text)
        #expect(command.last == "http://debezium:8083/connectors/tms-pg-cdc/config")
        #expect(command[1].contains(#""table.replacement": "tms.cdc.$1""#) || command[1].contains(#"replacement": "tms.cdc.$1""#))
        // What `led-by` in topics.yaml follows.
        #expect(command[1].contains(#""heartbeat.interval.ms": "1000""#) && command[1].contains(#"replacement": "tms.cdc.heartbeats""#))
        let writes = (compose.service("postgres")?["command"]?.items ?? []).compactMap(\.text)
        #expect(writes.contains("wal_level=logical"))
    }

    @Test func `every volume that is used is declared, and every one that is declared is used`() throws {
        let compose = try Shipped.compose()
        let used = compose.services.flatMap { $0.node["volumes"]?.items ?? [] }.compactMap { $0.text?.split(separator: ":").first.map(String.init) }
        #expect(Set(used) == Set((compose.root["volumes"]?.entries ?? []).map(\.key)))
    }
}
