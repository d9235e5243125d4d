internal import EventLog
internal import EventLogConformance
internal import Foundation
internal import KafkaLog
internal import StreamCore
internal import TestServers

/// A log on the brokers that this process's tests share, with names that no other case uses.
final class KafkaFixture: LogFixture, Sendable {
    let settings: KafkaLogSettings
    private let id = String(UUID().uuidString.prefix(8)).lowercased()

    init(_ server: KafkaServer? = nil, cluster: String? = nil, instance: String = "i0") throws {
        let server = try server ?? KafkaServer.shared()
        var settings = KafkaLogSettings(servers: server.bootstrap, cluster: cluster ?? "test-\(id)", instance: instance)
        // A bound on failure alone: the broker shares its processors with every other test.
        settings.requestTimeout = .seconds(60)
        self.settings = settings
    }

    func open() throws -> any EventLog { try KafkaLog(settings) }
    func topicName(_ word: String) -> String { "\(id).\(word)" }
    func pause() { usleep(20_000) }
    var patience: Int { 1_500 }
    var compactionTail: Int { 10 }
    func maintain(_ log: any EventLog, now: EventTime) throws -> Bool { false }
}
