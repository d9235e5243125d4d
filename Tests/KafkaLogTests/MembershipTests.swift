internal import EventLog
internal import Foundation
internal import KafkaLog
internal import StreamCore
internal import TestServers
internal import Testing

@Suite(.serialized, .enabled(if: KafkaServer.missing == nil, "\(KafkaServer.missing ?? "")"))
struct MembershipTests {
    private let cluster = "cluster-\(UUID().uuidString.prefix(8))"
    private let turns: [TopicPartition]
    private let first: Process
    private let second: Process

    init() throws {
        first = try Process(try KafkaFixture(cluster: cluster, instance: "one"))
        second = try Process(try KafkaFixture(cluster: cluster, instance: "two"))
        let topic = "\(cluster).work.turn"
        #expect(try first.log.ensure([TopicSpec(topic, partitions: 4, isInternal: true)]) == [])
        turns = (0..<4).map { TopicPartition(topic, Partition($0)) }
    }

    private func commit(_ process: Process, _ turn: TopicPartition, _ epoch: Int64, as writer: String) throws {
        _ = try process.log.makeWriter(writer).commit(Transaction(turns: [turn: Epoch(epoch)]))
    }

    @Test func `a second member gets its share once the first has released it, and all of it when the first leaves`() throws {
        try first.follow(turns[0].topic)
        try comesToBe("the first having everything") { first.held == Set(turns) }
        try second.follow(turns[0].topic)
        try comesToBe("a revocation") { !first.revoked.isEmpty }
        #expect(second.held.isDisjoint(with: first.held), "a turn was granted before it was released")
        first.release()
        try comesToBe("a fair share") { second.held.count == 2 && first.held.count == 2 }
        #expect(first.held.union(second.held) == Set(turns))
        #expect(try first.log.members().map(\.instance) == ["one", "two"])
        first.leave()
        try comesToBe("the second having everything") { second.held == Set(turns) }
        second.leave()
    }

    @Test func `a turn's epoch is committed by who holds it, and by nobody else`() throws {
        try first.follow(turns[0].topic)
        try comesToBe("the first having everything") { first.held == Set(turns) }
        try commit(first, turns[0], 7, as: "slot")
        try second.follow(turns[0].topic)
        try comesToBe("a revocation") { !first.revoked.isEmpty }
        first.release()
        try comesToBe("a fair share") { second.held.count == 2 }
        let (moved, kept) = (try #require(second.held.first), try #require(first.held.first))
        try commit(second, moved, 8, as: "other")
        try commit(first, kept, 9, as: "slot")
        #expect(throws: LogFailure.self) { try commit(first, moved, 10, as: "slot") }
        let epochs = try first.log.committedEpochs(of: turns)
        #expect(epochs[moved] == Epoch(8))
        #expect(epochs[kept] == Epoch(9))
        first.leave()
        second.leave()
    }

    @Test func `an epoch that was frozen before its turn was lost is fenced`() throws {
        try first.follow(turns[0].topic)
        try comesToBe("the first having everything") { first.held == Set(turns) }
        var late = Transaction(turns: [turns[0]: Epoch(3)])
        late.isCurrent = { false }
        let writer = try first.log.makeWriter("slot")
        let failure = #expect(throws: LogFailure.self) { try writer.commit(late) }
        #expect(failure?.kind == .fenced)
        #expect(try first.log.committedEpochs(of: turns) == [:])
        first.leave()
        second.log.close()
    }
}
