internal import EventLog
internal import Execution
internal import Foundation
internal import StreamCore

/// `linehaul bench restart`: how soon a killed process with a million keys is back at work.
///
/// The program runs itself: a first child fills the state and is killed with SIGKILL; each further child opens the same directory and
/// says when a record appended after its start has gone through the job.
struct RestartBench {
    var keys = 1_000_000
    var runs = 5
    var broker = BenchBroker.embedded
    /// Whether the state is taken away before each start, so that it is read from the changelog.
    var loses = false

    func run(in scratch: BenchScratch) async throws -> JSON {
        try broker.requireEmpty(for: scratch)
        _ = try await child("fill", scratch)
        var starts: [Start] = []
        for _ in 0..<runs {
            if loses { try FileManager.default.removeItem(atPath: "\(scratch.path)/state") }
            starts.append(try await child("resume", scratch))
        }
        try broker.clear(after: scratch)
        let (ready, restoring) = (starts.map(\.ready), starts.map(\.restoring))
        return .object([
            "keys": .integer(Int64(keys)), "runs": .integer(Int64(runs)), "from": loses ? "changelog" : "local state",
            "median_ms": .number(ready.percentile(0.5)), "max_ms": .number(ready.max() ?? 0),
            "restoring_median_ms": .number(restoring.percentile(0.5)), "restoring_max_ms": .number(restoring.max() ?? 0),
        ])
    }

    /// In which time all that the first child has filled is written behind.
    private static let writingBehind = Duration.seconds(12)

    /// What a child says of its start, in milliseconds.
    private struct Start {
        /// From its execution to the effect of a record that it was sent.
        var ready: Double
        /// From when it has its tasks to when the last of them runs.
        var restoring: Double
    }

    /// Runs a child until it says that it is at work, and kills it.
    private func child(_ mode: String, _ scratch: BenchScratch) async throws -> Start {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
        process.arguments = ["bench", "restart-child", mode, scratch.path, "\(keys)"] + (broker.servers.map { ["--kafka", $0] } ?? [])
        process.standardOutput = output
        let begin = SystemClock.now()
        try process.run()
        let said = try await BenchThread.run { output.fileHandleForReading.availableData }
        let ready = Double(SystemClock.now().since(begin).microseconds) / 1_000
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        guard let restoring = Double(String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw BenchFailure("the child process ended before it was at work")
        }
        return Start(ready: ready, restoring: restoring)
    }

    /// What a child does: fills or resumes, says how long its tasks restored, and waits to be killed.
    static func beChild(_ mode: String, _ directory: String, _ keys: Int, _ broker: BenchBroker) async throws {
        let bed = try BenchBed(BenchScratch(existing: directory), on: broker, slots: 2)
        try bed.ensure([("bench.ticks", 8), ("bench.counts", 8)])
        let bench = KeysBench(keys: keys)
        let counts = try EffectReader(bed.log, "bench.counts", partitions: 8)
        if mode == "fill" { try bench.fill(bed) }
        try await bed.engine.deploy(try KeyCount.deployment(parallelism: 2, partitions: 8, isSilent: mode == "fill"))
        try await bed.untilHeld(KeyCount.name)
        let began = SystemClock.now()
        try await bed.untilRunning(KeyCount.name)
        let restoring = Double(SystemClock.now().since(began).microseconds) / 1_000
        if mode == "fill" {
            try await bed.untilRead(keys, by: KeyCount.name)
            // Killed before that, it would leave next to nothing on its disk, and be read from the changelog after all.
            try await Task.sleep(for: RestartBench.writingBehind)
        } else {
            try bench.appendOne(bed)
            try await counts.awaitRecord()
        }
        try FileHandle.standardOutput.write(contentsOf: Data("\(restoring)\n".utf8))
        try await Task.sleep(for: .seconds(600))
    }
}
