import Foundation
import StreamCore
import StreamTesting

/// A process whose lives end under load, one after the other over one directory: how sinks are held to lose nothing and double nothing.
struct Lives {
    private let scratch: Scratch
    private let environment: [String: String]

    /// Lives over a directory of their own, with what `environment` adds.
    init(_ environment: [String: String]) throws {
        scratch = try Scratch()
        self.environment = environment
    }

    /// Where a sink's process dies: before and after the decision, on its way to the target and back, and while it recovers.
    private static let faults = [
        "committed:3", "published:3", "delivering:1", "delivering:4", "delivered:1", "delivered:3", "recovered:40",
    ]

    /// Lives that end at each place, one from outside after each.
    func endEverywhere(publishing: (RunningProcess) throws -> Void) async throws {
        for fault in Lives.faults {
            try await end(at: fault, publishing: publishing)
            try endFromOutside(publishing: publishing)
        }
    }

    /// A life that a fault point ends with kill -9, of `publishing` all the while. It may come to its end before it serves.
    private func end(at fault: String, publishing: (RunningProcess) throws -> Void) async throws {
        guard let life = try? RunningProcess(scratch, environment: environment.merging(["LINEHAUL_FAULT": fault]) { $1 }) else { return }
        try await eventually("\(fault) is passed") {
            try publishing(life)
            return !life.isRunning
        }
    }

    /// A life that is ended from outside with kill -9, while what was published last is on its way.
    private func endFromOutside(publishing: (RunningProcess) throws -> Void) throws {
        let life = try RunningProcess(scratch, environment: environment)
        for _ in 0..<3 { try publishing(life) }
        _ = life.end(SIGKILL)
    }

    /// The last life, which nothing ends.
    func last() throws -> RunningProcess { try RunningProcess(scratch, environment: environment) }
}

extension RunningProcess {
    /// What a topic holds, in each partition in order.
    func records(of topic: String) throws -> [JSON] {
        try command("tail", topic, "--from", "earliest", "--no-follow", "--json").lines
    }
}
