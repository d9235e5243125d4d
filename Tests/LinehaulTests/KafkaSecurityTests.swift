import Foundation
import TestServers
import Testing

/// Brokers behind TLS and passwords, as `check` and `run` meet them.
@Suite(.serialized, .enabled(if: KafkaServer.missing == nil && KafkaServer.elsewhere == nil, "needs a Kafka of its own"))
final class KafkaSecurityTests {
    private static let password = "right-secret-7f3a"
    private static let wrong = "wrong-secret-91bc"
    private let server: KafkaServer
    private let scratch: Scratch
    private var environment: [String: String]

    init() throws {
        let users = "user_tms=\"\(Self.password)\" user_guest=\"\(Self.password)\""
        server = try KafkaServer(
            user: "tms",
            properties: [
                "listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256",
                "listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \(users);",
                "listener.name.secure.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users=User:ANONYMOUS;User:tms",
            ])
        scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.file("folder"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(Launched.repository)/topology/cluster.yaml", toPath: scratch.file("folder/cluster.yaml"))
        try scratch.write("topics: { tms.audit: { key: user_id } }\n", to: "folder/topics.yaml")
        let secure = try #require(server.secure)
        environment = [
            "LINEHAUL_DATA": scratch.file("data"), "LINEHAUL_LISTEN": "127.0.0.1:0", "LINEHAUL_LOG": "kafka",
            "LINEHAUL_KAFKA": secure.bootstrap, "LINEHAUL_KAFKA_SECURITY": "SASL_SSL", "LINEHAUL_KAFKA_MECHANISM": "PLAIN",
            "LINEHAUL_KAFKA_USERNAME": "tms", "LINEHAUL_KAFKA_PASSWORD": Self.password, "LINEHAUL_KAFKA_CA": secure.authorities,
        ]
    }

    deinit { server.stop() }

    private func check(_ changes: [String: String] = [:]) throws -> Launched.Outcome {
        let outcome = try Launched.run("check", scratch.file("folder"), environment: environment.merging(changes) { $1 })
        for secret in [Self.password, Self.wrong] { #expect(!(outcome.output + outcome.errors).contains(secret)) }
        return outcome
    }

    @Test func `check says what is wrong with a connection, and never a password`() throws {
        let right = try check()
        #expect(right.output.contains("ok      reached"))
        #expect(right.code == 0, "\(right.output)")

        let denied = try check(["LINEHAUL_KAFKA_PASSWORD": Self.wrong])
        #expect(denied.output.contains("REFUSED reached"))
        #expect(denied.output.contains("Invalid username or password; check the user, its password and the mechanism"), "\(denied.output)")
        #expect(denied.code == 1)

        let stranger = scratch.file("stranger.pem")
        let made = Foundation.Process()
        made.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        made.arguments = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=stranger", "-keyout",
            scratch.file("stranger.key"), "-out", stranger,
        ]
        made.standardError = FileHandle.nullDevice
        try made.run()
        made.waitUntilExit()
        let foreign = try check(["LINEHAUL_KAFKA_CA": stranger])
        #expect(foreign.output.contains("check the authorities' file"), "\(foreign.output)")

        let plain = try check(["LINEHAUL_KAFKA": server.bootstrap])
        #expect(plain.output.contains("that port speaks without TLS"), "\(plain.output)")

        let user = ["--entity-type", "users", "--entity-name", "tms", "--add-config", "SCRAM-SHA-256=[password=\(Self.password)]"]
        _ = try KafkaServer.tool("kafka.admin.ConfigCommand", ["--bootstrap-server", server.bootstrap, "--alter"] + user)
        let scram = try check(["LINEHAUL_KAFKA_MECHANISM": "SCRAM-SHA-256"])
        #expect(
            scram.output.contains("ok      reached") || scram.output.contains("cannot prove a SCRAM password to Kafka 4"), "\(scram.output)"
        )

        let guest = try check(["LINEHAUL_KAFKA_USERNAME": "guest"])
        for step in ["group", "transactions", "creation"] { #expect(guest.output.contains("REFUSED \(step)"), "\(guest.output)") }
        #expect(guest.output.contains("grant this user"))
        #expect(guest.code == 1)
    }

    @Test func `run waits for a log that refuses it, says why, and never a password`() throws {
        environment["LINEHAUL_KAFKA_PASSWORD"] = Self.wrong
        let process = Launched.process(["run", scratch.file("folder")], in: Launched.repository, environment)
        let errors = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        var said = ""
        while !said.contains("waiting for the log") {
            let more = errors.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
        }
        process.terminate()
        said += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(said.contains("Invalid username or password; check the user"), "\(said)")
        #expect(!said.contains(Self.wrong))
    }
}
