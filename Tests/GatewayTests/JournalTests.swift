internal import Freight
@testable internal import Gateway
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Testing
internal import Wire

@Suite struct JournalTests {
    private final class Paper: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        private let output = Mutex<LogOutput?>(nil)

        /// A journal that writes on it.
        func journal() -> Journal {
            let made = LogOutput(format: .json, clock: { "2026-03-01T08:00:00Z" }) { [self] in append($0) }
            output.withLock { $0 = made }
            return Journal(Logger(made))
        }

        private func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }

        /// What stands on it.
        func lines() throws -> [JSON] {
            output.withLock { $0 }?.flush()
            return try bytes.withLock { $0 }.split(separator: 10).map { try JSON(parsing: Array($0)) }
        }
    }

    private let start = EventTime(milliseconds: 1_772_000_000_000)

    @Test func `a failure's line names the request, the first of each status, then one a minute`() throws {
        let paper = Paper()
        let journal = paper.journal()
        for (status, correlation) in [(503, "a"), (503, "b"), (504, "c")] {
            journal.failed(status, "POST /api/loads", correlation, at: start)
        }
        journal.failed(503, "POST /api/loads", "d", at: start.advanced(by: .init(.seconds(60))))
        let lines = try paper.lines()
        #expect(lines.map { $0["correlation_id"]?.string } == ["a", "c", "d"])
        #expect(lines.map { $0["status"]?.string } == ["503", "504", "503"])
        #expect(lines.map { $0["count"]?.string } == ["1", "1", "2"])
        #expect(lines.first?["route"] == "POST /api/loads")
    }

    @Test func `what is done to keys and webhooks is said with who did it and by which request, other traffic is not`() throws {
        let paper = Paper()
        let journal = paper.journal()
        for type in [EntityType.load, .apiKey] {
            let outcome = Reply.Outcome(status: 201, entityType: type, entityID: EntityID("x"))
            journal.carriedOut(.create, outcome, for: "ann", "request-1")
        }
        let lines = try paper.lines()
        #expect(lines.count == 1)
        #expect(lines.first?["on"] == "api-keys/x")
        #expect(lines.first?["user"] == "ann")
        #expect(lines.first?["correlation_id"] == "request-1")
    }
}
