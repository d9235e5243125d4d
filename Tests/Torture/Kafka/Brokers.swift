internal import Dispatch
internal import Foundation
internal import Synchronization
internal import TestServers

/// The brokers, one of which may be down at a time.
final class Brokers: Sendable {
    private struct State {
        var isBroken = false
        /// What has become of the one that is broken, in words.
        var mark = "whole"
        var kills = 0
        var troubles: [String] = []
    }

    private let server: KafkaServer
    private let state = Mutex(State())
    private let say: @Sendable (String) -> Void

    init(_ server: KafkaServer, say: @escaping @Sendable (String) -> Void) {
        self.server = server
        self.say = say
    }

    /// Whether all are there, and hold all that they must.
    var areWhole: Bool { state.withLock { !$0.isBroken } }

    /// Where they are on their way back: in other words as soon as they have come further.
    var mark: String { state.withLock { $0.isBroken ? $0.mark : "whole" } }

    /// How many were killed so far.
    var kills: Int { state.withLock { $0.kills } }

    /// What went wrong with them beside that.
    var troubles: [String] { state.withLock { $0.troubles } }

    /// Kills whoever leads a partition of that topic, has it come back after `down`, and waits until it has caught up: on a thread of its
    /// own. Nothing while another one is broken.
    func killLeader(of seat: Blow.Seat, partition: Int, down: Duration) {
        let isFree = state.withLock { state in
            defer { state.isBroken = true }
            return !state.isBroken
        }
        if !isFree { return }
        Thread { [self] in
            do {
                try breakAndMend(seat, partition, down)
            } catch {
                state.withLock { $0.troubles.append("brokers: \(error)") }
            }
            state.withLock { $0.isBroken = false }
        }
        .start()
    }

    /// Kills every node, calls `meanwhile`, and starts them again.
    func blackOut(_ nodes: Int, _ meanwhile: () throws -> Void) throws {
        for node in 1...nodes { try server.kill(node) }
        state.withLock { state in
            state.kills += nodes
            state.isBroken = true
        }
        defer { state.withLock { $0.isBroken = false } }
        try meanwhile()
        // All at once: one alone is no quorum, and does not listen.
        let group = DispatchGroup()
        for node in 1...nodes {
            group.enter()
            Thread { [self] in
                try? server.start(node)
                group.leave()
            }
            .start()
        }
        group.wait()
    }

    private func breakAndMend(_ seat: Blow.Seat, _ partition: Int, _ down: Duration) throws {
        note("asked for the leader of \(seat.rawValue)")
        guard let leader = try patiently({ try leaders(of: seat.rawValue)[partition] }) else {
            throw Trouble("nobody leads \(seat.rawValue)/\(partition)")
        }
        try server.kill(leader)
        state.withLock { $0.kills += 1 }
        say("    broker \(leader), which led \(seat.rawValue)/\(partition), is down")
        note("broker \(leader) down")
        pause(down)
        // On a busy machine it listens later than the script waits for; that it comes back at all is seen below.
        try? server.start(leader)
        let hasCaughtUp: Bool? = try patiently {
            let behind = try KafkaServer.tool(
                Brokers.topics, ["--bootstrap-server", server.bootstrap, "--describe", "--under-replicated-partitions"])
            note("broker \(leader) back, \(behind.split(separator: "\n").count) partitions behind")
            return behind.contains { !$0.isWhitespace } ? nil : true
        }
        if hasCaughtUp == nil { throw Trouble("broker \(leader) has not caught up: \(mark)") }
    }

    private func note(_ mark: String) { state.withLock { $0.mark = mark } }

    /// Asks until there is an answer; `nil` when nothing has moved for too long. A tool that gets none itself, while brokers change, is run
    /// again.
    private func patiently<Answer>(_ ask: () throws -> Answer?) throws -> Answer? {
        var standstill = Standstill()
        while true {
            var failure: (any Error)?
            do {
                if let answer = try ask() { return answer }
            } catch {
                failure = error
            }
            if standstill.hasCome(mark) {
                if let failure { throw failure }
                return nil
            }
            pause(.milliseconds(500))
        }
    }

    private static let topics = "org.apache.kafka.tools.TopicCommand"

    /// Who leads each partition of a topic.
    private func leaders(of topic: String) throws -> [Int: Int] {
        let text = try KafkaServer.tool(Brokers.topics, ["--bootstrap-server", server.bootstrap, "--describe", "--topic", topic])
        return text.split(separator: "\n").reduce(into: [:]) { leaders, line in
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            func number(_ name: String) -> Int? {
                words.firstIndex(of: name).flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
            }
            if let partition = number("Partition:"), let leader = number("Leader:") { leaders[partition] = leader }
        }
    }
}
