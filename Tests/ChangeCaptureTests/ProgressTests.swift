internal import ChangeCapture
internal import Dataflow
internal import Foundation
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import TestServers
internal import Wire

/// How many in a window.
private struct Number: Aggregate {
    func empty() -> [Int] { [] }
    func add(_ element: String, to accumulator: inout [Int]) { accumulator.append(1) }
    func merge(_ a: [Int], _ b: [Int]) -> [Int] { a + b }
    func result(_ accumulator: [Int], of key: String, in window: Window) -> String { "\(key) \(accumulator.count)" }
}

/// A capture, and beside it a count of what it captures in windows of event time.
private struct CountedCapture: Job {
    static let name = "counted-capture"
    static let summary = "a capture and a reader of its topics"
    let capture: ChangeCapture

    func declare(in flow: Flow) {
        capture.declare(in: flow)
        flow.from(Inlet<String>("accounts"), decoding: { TextDecoder() }).keyed("counted", by: "key") { _ in "changes" }
            .windowed(.tumbling(.microseconds(1))).aggregated("count", by: Number())
            .into(Outlet<String>("counts"), encoding: { TextEncoder() })
    }
}

/// The source's progress leads the watermark of its topics.
@Suite(.enabled(if: PostgresServer.missing == nil), .serialized) struct ProgressTests {
    private func captured() throws -> Captured {
        try Captured(
            ["accounts"], after: "CREATE TABLE accounts (id int PRIMARY KEY)",
            settings: ["heartbeats": "true", "heartbeat": "100ms", "read-tables": "false"])
    }

    @Test func `an event-time window over a table closes while the database is idle`() async throws {
        let captured = try captured()
        let job = CountedCapture(capture: captured.job)
        var bindings = try JobHarness.bindings(of: job, partitions: Depot.partitions)
        bindings.inlets["accounts"]?.settings.leader = JobBindings.Topic("heartbeats", partitions: Depot.partitions)
        // Where the clock has no say, only the capture's word closes the window.
        let depot = try await Depot(job, bindings, began: EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)))
        try await eventually("the slot is there") { try depot.records(of: "heartbeats").count > 0 }
        try captured.run("INSERT INTO accounts VALUES (1), (2)")
        try await eventually("the window of that one transaction is closed", within: .seconds(60)) {
            try depot.texts(of: "counts") == ["changes 2"]
        }
        await depot.stop()
        try captured.drop()
    }

    @Test func `a word is said once everything before it can be read, and looks as Debezium's heartbeat`() async throws {
        let captured = try captured()
        let depot = try await captured.depot()
        try await eventually("the slot is there") { try depot.records(of: "heartbeats").count > 0 }
        for id in 1...5 {
            try captured.run("INSERT INTO accounts VALUES (\(id))")
            // What the server's clock shows now is behind the change.
            let now = try captured.server.psql("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", on: captured.uri)
            let instant = EventTime(microseconds: try #require(Int64(now)))
            try await eventually("a word covers it", within: .seconds(60)) {
                try depot.records(of: "heartbeats").contains { $0.time >= instant }
            }
            #expect(try depot.records(of: "accounts").count == id)
        }
        let words = try depot.records(of: "heartbeats")
        for word in words {
            #expect(word.key == Array(#"{"serverName":"tms"}"#.utf8))
            #expect(word.value == Array("{\"ts_ms\":\(word.time.milliseconds)}".utf8))
        }
        #expect(words.map(\.time) == words.map(\.time).sorted())
        await depot.stop()
        try captured.drop()
    }
}
