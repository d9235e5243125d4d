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

    func run(in scratch: BenchScratch) async throws -> JSON {
        _ = try await child(["fill", scratch.path, "\(keys)"])
        var times: [Double] = []
        for _ in 0..<runs { times.append(try await child(["resume", scratch.path, "\(keys)"])) }
        return .object([
            "keys": .integer(Int64(keys)), "runs": .integer(Int64(runs)), "median_ms": .number(times.percentile(0.5)),
            "max_ms": .number(times.max() ?? 0),
        ])
    }

    /// Runs a child until it says that it is at work, kills it, and returns the milliseconds from its start to that.
    private func child(_ arguments: [String]) async throws -> Double {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
        process.arguments = ["bench", "restart-child"] + arguments
        process.standardOutput = output
        let begin = SystemClock.now()
        try process.run()
        let said = try await BenchThread.run { output.fileHandleForReading.availableData }
        let spent = Double(SystemClock.now().since(begin).microseconds) / 1_000
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        if said.isEmpty { throw BenchFailure("the child process ended before it was at work") }
        return spent
    }

    /// What a child does: fills or resumes, says so, and waits to be killed.
    static func beChild(_ mode: String, _ directory: String, _ keys: Int) async throws {
        let bed = try BenchBed(BenchScratch(existing: directory), slots: 2)
        try bed.ensure([("bench.ticks", 8), ("bench.counts", 8)])
        let bench = KeysBench(keys: keys)
        let known = try bed.records(in: "bench.counts", partitions: 8)
        if mode == "fill" { try bench.fill(bed) }
        try await bed.engine.deploy(try KeyCount.deployment(parallelism: 2, partitions: 8, isSilent: mode == "fill"))
        if mode == "fill" {
            try await bed.untilRead(keys)
        } else {
            try bench.appendOne(bed)
            while try bed.records(in: "bench.counts", partitions: 8) == known { try await Task.sleep(for: .milliseconds(1)) }
        }
        try FileHandle.standardOutput.write(contentsOf: Data("at work\n".utf8))
        try await Task.sleep(for: .seconds(600))
    }
}
