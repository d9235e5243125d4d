internal import EmbeddedLog
internal import EventLog
internal import EventLogConformance
internal import Foundation
internal import StreamCore

/// An empty directory for one test, removed with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-log-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The instant at which these tests' logs believe to be.
let noon = EventTime(milliseconds: 1_000)

/// An embedded log in a directory of its own.
final class EmbeddedFixture: LogFixture {
    private let scratch: Scratch
    private var settings = EmbeddedLogSettings()

    init() throws {
        scratch = try Scratch()
        settings.minimumDirtyBytes = 1
    }

    func open() throws -> any EventLog { try EmbeddedLog(directory: scratch.path, settings: settings, clock: { noon }) }
    func topicName(_ word: String) -> String { word }
    func pause() {}
    var patience: Int { 2 }
    var compactionTail: Int { 10 }

    func maintain(_ log: any EventLog, now: EventTime) throws -> Bool {
        guard let log = log as? EmbeddedLog else { return false }
        while try log.maintain(now: now) {}
        return true
    }
}
