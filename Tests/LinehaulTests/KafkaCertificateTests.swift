import Foundation
import TestServers
import Testing

/// Brokers that know their clients by certificate alone, as `check` meets them.
@Suite(.serialized, .enabled(if: KafkaServer.missing == nil && KafkaServer.elsewhere == nil, "needs a Kafka of its own"))
final class KafkaCertificateTests {
    private static let password = "key-secret-5d20"
    private let server: KafkaServer
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        // The authority that signs clients is not the one that signs brokers.
        try Self.openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=clients", "-keyout", scratch.file("ca.key"), "-out", scratch.file("ca.pem")
        )
        try Self.openssl(
            "req -newkey rsa:2048 -nodes -subj /CN=linehaul", "-keyout", scratch.file("client.key"), "-out", scratch.file("client.csr"))
        try Self.openssl(
            "x509 -req -days 2 -CAcreateserial", "-in", scratch.file("client.csr"), "-CA", scratch.file("ca.pem"), "-CAkey",
            scratch.file("ca.key"), "-out", scratch.file("client.pem"))
        try Self.openssl(
            "pkcs8 -topk8", "-in", scratch.file("client.key"), "-out", scratch.file("sealed.key"), "-passout", "pass:\(Self.password)")
        server = try KafkaServer(
            user: "nobody",
            properties: [
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SSL",
                "listener.name.secure.ssl.client.auth=required", "listener.name.secure.ssl.truststore.type=PEM",
                "listener.name.secure.ssl.truststore.location=\(scratch.file("ca.pem"))",
            ])
        try FileManager.default.createDirectory(atPath: scratch.file("folder"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(Launched.repository)/topology/cluster.yaml", toPath: scratch.file("folder/cluster.yaml"))
        try scratch.write("topics: { tms.audit: { key: user_id } }\n", to: "folder/topics.yaml")
    }

    deinit { server.stop() }

    private static func openssl(_ words: String, _ more: String...) throws {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + words.split(separator: " ").map(String.init) + more
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "openssl \(words)")
    }

    private func check(_ more: [String: String]) throws -> Launched.Outcome {
        let secure = try #require(server.secure)
        let environment = [
            "LINEHAUL_DATA": scratch.file("data"), "LINEHAUL_LISTEN": "127.0.0.1:0", "LINEHAUL_LOG": "kafka",
            "LINEHAUL_KAFKA": secure.bootstrap, "LINEHAUL_KAFKA_SECURITY": "SSL", "LINEHAUL_KAFKA_CA": secure.authorities,
        ]
        let outcome = try Launched.run("check", scratch.file("folder"), environment: environment.merging(more) { $1 })
        #expect(!(outcome.output + outcome.errors).contains(Self.password))
        return outcome
    }

    @Test func `a process is let in by its certificate, its key sealed or not, and by nothing else`() throws {
        let certified = ["LINEHAUL_KAFKA_CERTIFICATE": scratch.file("client.pem")]
        let open = try check(certified.merging(["LINEHAUL_KAFKA_KEY": scratch.file("client.key")]) { $1 })
        #expect(open.code == 0, "\(open.output)\(open.errors)")
        let sealed = ["LINEHAUL_KAFKA_KEY": scratch.file("sealed.key"), "LINEHAUL_KAFKA_KEY_PASSWORD": Self.password]
        let unsealed = try check(certified.merging(sealed) { $1 })
        #expect(unsealed.code == 0, "\(unsealed.output)\(unsealed.errors)")
        let stranger = try check([:])
        #expect(stranger.code == 1)
        #expect(stranger.output.contains("REFUSED reached"), "\(stranger.output)\(stranger.errors)")
    }
}
