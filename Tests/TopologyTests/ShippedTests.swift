import AccessKeys
import ArrivalsAndDelays
import CarrierPerformance
import ChangeCapture
import ChangeFanOut
import Dataflow
import EventCatalog
import EventLog
import Foundation
import Freight
import Gateway
import HOSViolations
import HTTPServer
import Metrics
import Neo4jClient
import Neo4jSink
import PostgresClient
import PostgresSink
import Publications
import RouteDeviation
import RouteOptimization
import StatusTransitions
import StreamCore
import StructuredLog
import Testing
import TimescaleSink
import Topology
import Webhooks
import Wire

/// The ports and settings of the shipped job, without its logic.
private struct AuditAnomalyPorts: Job {
    static let name = "audit-anomaly"
    static let summary = "the ports of the audit anomaly job"
    let settings: [String]

    init(settings reader: inout SettingsReader) throws(SettingsFailure) {
        let window = reader.duration("window", default: .zero)
        let threshold = reader.integer("threshold", default: 0, in: 0...100)
        let coolDown = reader.duration("cool-down", default: .zero)
        let fields = ["id-field", "user-field", "time-field"].map { reader.text($0, default: "-") }
        settings = [window.text, "\(threshold)", coolDown.text] + fields
        try reader.finish()
    }

    func declare(in flow: Flow) {
        flow.from(Inlet<String>("audit"), decoding: { TextDecoder() })
            .keyed("detect", by: "user_id") { $0 }
            .ordered("in-order", ties: { $0 }, late: Outlet<String>("late"), encoding: { TextEncoder() })
            .processed("anomaly") { _ in Detector() }
            .into(Outlet<String>("anomalies"), encoding: { TextEncoder() })
    }
}

private struct Detector: KeyedProcess {
    mutating func process(_ element: String, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {}
}

@Suite struct ShippedTests {
    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("topology").path

    private static let surroundings = Surroundings(
        mount: HTTPMount(), instance: "test", version: "", origins: [], entropy: { Entropy(high: 0, low: 0) }, metrics: MetricsRegistry(),
        logger: Logger(LogOutput(format: .json, clock: { "" }, sink: { _ in })))

    private func deploy(_ environment: [String: String] = [:]) throws -> (topology: LoadedTopology, deployments: [JobDeployment]) {
        try TopologyFolder(directory: Self.directory).deploy(
            environment: environment,
            catalog: JobCatalog(
                .init(AccessKeys.init(settings:)),
                .init(Publications.init(settings:)),
                .init(ArrivalsAndDelays.init(settings:)),
                .init(AuditAnomalyPorts.init(settings:)),
                .init(CarrierPerformance.init(settings:)),
                .init { settings throws(SettingsFailure) in try ChangeCapture(PostgresSettings(Secret("")), settings: &settings) },
                .init(ChangeFanOut.init(settings:)),
                .init(EventCatalog.init(settings:)),
                .init { settings throws(SettingsFailure) in try Gateway(settings: &settings, in: Self.surroundings) },
                .init(HOSViolations.init(settings:)),
                .init { settings throws(SettingsFailure) in try Neo4jSink(Neo4jClient(Neo4jSettings("")), settings: &settings) },
                .init { settings throws(SettingsFailure) in
                    let pool = PostgresPool(PostgresSettings(Secret("")), limit: 1, clock: { .distantPast })
                    return try TimescaleSink(SeriesDatabase(pool), settings: &settings)
                },
                .init { settings throws(SettingsFailure) in
                    let pool = PostgresPool(PostgresSettings(Secret("")), limit: 1, clock: { .distantPast })
                    return try PostgresSink(pool, settings: &settings)
                },
                .init(RouteDeviation.init(settings:)),
                .init(RouteOptimization.init(settings:)),
                .init(StatusTransitions.init(settings:)),
                .init { settings throws(SettingsFailure) in try Webhooks(settings: &settings, in: nil) }))
    }

    @Test func `the shipped cluster file is the defaults without an environment`() throws {
        #expect(try deploy().topology.cluster == ClusterSettings())
    }

    @Test func `the shipped sink into PostgreSQL is left out, and said to be, where none is configured`() throws {
        let (without, with) = (try deploy(), try deploy(["LINEHAUL_POSTGRES": "postgresql://db/tms"]))
        #expect(
            without.topology.leftOut.map(\.job).sorted() == ["cdc-fan-out", "neo4j-sink", "postgres-sink", "timescale-sink", "tms-pg-cdc"])
        #expect(!without.deployments.map(\.name).contains("postgres-sink"))
        #expect(!with.topology.leftOut.map(\.job).contains("postgres-sink"))
        #expect(with.deployments.map(\.name).contains("postgres-sink"))
    }

    @Test func `the shipped cluster file follows the environment`() throws {
        let cluster = try deploy([
            "LINEHAUL_CLUSTER": "depot", "LINEHAUL_DATA": "/srv/depot", "LINEHAUL_LISTEN": "0.0.0.0:9000",
            "LINEHAUL_ADVERTISE": "depot.example:9000", "LINEHAUL_LOG": "kafka", "LINEHAUL_AUTH": "off",
            "LINEHAUL_KAFKA": "k1:9092,k2:9092", "LINEHAUL_KAFKA_SECURITY": "sasl_ssl", "LINEHAUL_KAFKA_MECHANISM": "PLAIN",
            "LINEHAUL_KAFKA_USERNAME": "depot", "LINEHAUL_KAFKA_PASSWORD": "null", "LINEHAUL_KAFKA_CA": "/etc/ca.pem",
            "LINEHAUL_KAFKA_REPLICATION": "3", "LINEHAUL_TLS_CERTIFICATE": "/etc/depot.pem", "LINEHAUL_TLS_KEY": "/etc/depot.key",
        ]).topology.cluster
        #expect(cluster.name == "depot")
        #expect(cluster.data == "/srv/depot")
        #expect(cluster.listen == ListenAddress(host: "0.0.0.0", port: 9000))
        #expect(cluster.advertise == ListenAddress(host: "depot.example", port: 9000))
        #expect(cluster.log == .kafka)
        #expect(cluster.epoch.every == .milliseconds(50))
        #expect(!cluster.isAuthenticationRequired)
        #expect(cluster.kafka.servers == ["k1:9092", "k2:9092"])
        #expect(cluster.kafka.security.securityProtocol == .saslSSL)
        #expect(cluster.kafka.security.username == "depot")
        #expect(cluster.kafka.security.password?.revealed == "null")
        #expect(cluster.kafka.security.ca == "/etc/ca.pem")
        #expect(cluster.kafka.replication == 3)
        #expect(cluster.tls == ClusterSettings.TLS(certificate: "/etc/depot.pem", key: "/etc/depot.key"))
    }

    @Test func `the shipped topics are the contract's`() throws {
        let topics = try deploy().topology.topics
        #expect(
            topics.map(\.name).sorted() == [
                "tms.ai.predictions", "tms.anomalies", "tms.audit", "tms.audit.late", "tms.carriers", "tms.cdc.audit_logs",
                "tms.cdc.carriers",
                "tms.cdc.drivers", "tms.cdc.heartbeats", "tms.cdc.loads", "tms.cdc.routes", "tms.cdc.vehicles", "tms.commands",
                "tms.commands.api_keys", "tms.commands.events", "tms.commands.webhooks", "tms.drivers", "tms.entities.api_keys",
                "tms.entities.carriers",
                "tms.entities.drivers", "tms.entities.hours", "tms.entities.loads",
                "tms.entities.routes", "tms.entities.vehicles", "tms.entities.webhooks", "tms.loads", "tms.network", "tms.performance",
                "tms.replies",
                "tms.routes", "tms.rules.hos",
                "tms.sagas", "tms.system.alerts", "tms.vehicles", "tms.vehicles.tracking", "tms.webhooks.attempts",
                "tms.webhooks.failed", "tms.webhooks.outcomes",
            ])
        for topic in topics {
            let isReference = topic.name == "tms.network" || topic.name == "tms.rules.hos"
            let isOne = isReference || topic.name == "tms.cdc.heartbeats"
            #expect(topic.partitions == (isOne || topic.name.hasSuffix(".api_keys") ? 1 : 8))
            if case .compact = topic.cleanup {
                #expect(isReference || topic.name == "tms.performance" || topic.name.hasPrefix("tms.entities."))
            } else {
                #expect(!isReference && topic.name != "tms.performance" && !topic.name.hasPrefix("tms.entities."))
            }
        }
    }

    @Test func `the shipped audit anomaly job reads the audit by user, without a shuffle`() throws {
        let deployment = try #require(deploy().deployments.first { $0.name == AuditAnomalyPorts.name })
        var settings = InletSettings()
        settings.lateness = EventTime.Span(.milliseconds(500))
        settings.idleAfter = EventTime.Span(.milliseconds(500))
        let audit = JobBindings.Topic("tms.audit", partitions: 8, key: "user_id")
        #expect(deployment.bindings.inlets == ["audit": JobBindings.Inlet(audit, settings: settings)])
        #expect(deployment.bindings.outlets.mapValues(\.name) == ["anomalies": "tms.anomalies", "late": "tms.audit.late"])
        #expect(deployment.bindings.parallelism == 2)
        #expect((deployment.job as? AuditAnomalyPorts)?.settings == ["1s", "1", "1m", "id", "user_id", "created_at"])
        #expect(try JobPlan(deployment).stages.map(\.id) == ["detect"])
    }

    @Test func `the shipped carrier performance job shuffles what counts for whom, and deviations to their loads`() throws {
        let deployment = try #require(deploy().deployments.first { $0.name == CarrierPerformance.name })
        #expect(deployment.bindings.outlets.mapValues(\.name) == ["events": "tms.carriers", "performance": "tms.performance"])
        #expect(try JobPlan(deployment).stages.map(\.id) == ["routes", "loads", "drivers", "vehicles", "counts"])
    }

    @Test func `the shipped event catalog reads every topic of events in one stage, without a shuffle`() throws {
        let deployment = try #require(deploy().deployments.first { $0.name == EventCatalog.name })
        #expect(deployment.bindings.inlets.count == 9 && deployment.bindings.outlets.isEmpty)
        #expect(try JobPlan(deployment).stages.map(\.id) == ["loads-events"])
    }

    @Test func `the shipped hours of service job reads the drivers' topic by driver, without a shuffle, and writes to it`() throws {
        let deployment = try #require(deploy().deployments.first { $0.name == HOSViolations.name })
        #expect(
            deployment.bindings.inlets.mapValues(\.topic.name) == [
                "duty": "tms.drivers", "rules": "tms.rules.hos", "carriers": "tms.entities.carriers",
            ])
        #expect(
            deployment.bindings.outlets.mapValues(\.name) == [
                "violations": "tms.drivers", "alerts": "tms.system.alerts", "hours": "tms.entities.hours",
            ])
        #expect(try JobPlan(deployment).stages.map(\.id) == ["drivers"])
    }

    @Test func `the shipped route deviation job reads fixes by vehicle, and shuffles only routes that become active`() throws {
        let deployment = try #require(deploy().deployments.first { $0.name == RouteDeviation.name })
        #expect(
            deployment.bindings.inlets.mapValues(\.topic.name) == [
                "tracking": "tms.vehicles.tracking", "routes": "tms.entities.routes", "network": "tms.network",
                "drivers": "tms.entities.drivers",
            ])
        #expect(deployment.bindings.inlets.filter(\.value.settings.stepsAside).map(\.key) == ["routes"])
        #expect(deployment.bindings.outlets.mapValues(\.name) == ["events": "tms.routes"])
        #expect(try JobPlan(deployment).stages.map(\.id) == ["routes", "vehicles"])
    }

    @Test func `the shipped job of API keys reads commands by whom they are about, without a shuffle`() throws {
        let deployment = try #require(deploy().deployments.first { $0.name == AccessKeys.name })
        #expect(deployment.bindings.inlets.mapValues(\.topic.name) == ["commands": "tms.commands.api_keys"])
        #expect(
            deployment.bindings.outlets.mapValues(\.name) == [
                "keys": "tms.entities.api_keys", "audit": "tms.audit", "replies": "tms.replies",
            ])
        #expect(try JobPlan(deployment).stages.map(\.id) == ["owners"])
    }

    @Test func `the shipped job of arrivals reads each topic by its key, and shuffles only trips on their way to driver and vehicle`()
        throws
    {
        let deployment = try #require(deploy().deployments.first { $0.name == ArrivalsAndDelays.name })
        #expect(
            deployment.bindings.inlets.mapValues(\.topic.name) == [
                "tracking": "tms.vehicles.tracking", "loads": "tms.entities.loads", "routes": "tms.entities.routes",
                "hours": "tms.entities.hours", "vehicles": "tms.entities.vehicles",
            ])
        #expect(
            deployment.bindings.outlets.mapValues(\.name) == [
                "commands": "tms.commands", "alerts": "tms.system.alerts", "maintenance": "tms.vehicles",
            ])
        try Golden.expect(TopologyPlan([deployment]).text, "arrivals-and-delays.txt")
    }

    @Test func `the shipped owners read commands, messages and hours by whom they are about; only numbers are shuffled`() throws {
        let deployment = try #require(deploy().deployments.first { $0.name == StatusTransitions.name })
        #expect(
            deployment.bindings.inlets.mapValues(\.topic.name) == [
                "commands": "tms.commands", "messages": "tms.sagas", "hours": "tms.entities.hours",
            ])
        #expect(deployment.bindings.outlets["sagas"]?.name == "tms.sagas")
        #expect(try JobPlan(deployment).stages.map(\.id) == ["owners", "numbers"])
    }
}
