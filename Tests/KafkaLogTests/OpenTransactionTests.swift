internal import EventLog
internal import Foundation
@testable internal import KafkaLog
internal import StreamCore
internal import Synchronization
internal import TestServers
internal import Testing

/// What a new owner finds whose predecessor stopped in the middle of a commit.
@Suite(.serialized, .enabled(if: KafkaServer.missing == nil, "\(KafkaServer.missing ?? "")"))
struct OpenTransactionTests {
    private let fixture: KafkaFixture
    private let first: Process
    private let second: Process
    private let turns: [TopicPartition]
    private let data: TopicPartition

    init() throws {
        let cluster = "cluster-\(UUID().uuidString.prefix(8))"
        fixture = try KafkaFixture(cluster: cluster, instance: "one")
        first = try Process(fixture)
        second = try Process(try KafkaFixture(cluster: cluster, instance: "two"))
        let (turn, changelog) = ("\(cluster).work.turn", "\(cluster).work.changelog")
        #expect(try first.log.ensure([TopicSpec(turn, partitions: 4, isInternal: true), TopicSpec(changelog, partitions: 8)]) == [])
        turns = (0..<4).map { TopicPartition(turn, Partition($0)) }
        data = TopicPartition(changelog, Partition(0))
    }

    private func records(_ words: String...) -> RecordBatch { records(words) }

    private func records(_ words: [String]) -> RecordBatch {
        var builder = BatchBuilder()
        for word in words { builder.append(key: nil, value: Array(word.utf8), time: EventTime(milliseconds: 1)) }
        return builder.finish()
    }

    /// The first's writer, its turns sent and its commit still to come: where a process stands that was stopped there.
    private func halfway(_ timeout: Duration = .seconds(60)) throws -> TransactionalProducer {
        var settings = fixture.settings
        settings.transactionTimeout = timeout
        try first.follow(turns[0].topic)
        try comesToBe("the first having everything") { first.held == Set(turns) }
        let producer = try TransactionalProducer("one.0", settings, nil)
        let membership = try #require(first.membership as? KafkaMembership)
        try producer.begin()
        var tracker = DeliveryTracker(batches: 1)
        try producer.write([PartitionBatch(data, records("five"))], &tracker)
        let epochs = Dictionary(uniqueKeysWithValues: turns.map { ($0, Epoch(5)) })
        // The group may still be settling when its first member has been told of its turns.
        try comesToBe("turns in the transaction") {
            guard let group = membership.metadata else { return false }
            return producer.add(epochs, group) == nil
        }
        try producer.settle(&tracker)
        return producer
    }

    /// Moves half the turns to the second; one of them.
    private func moved() throws -> TopicPartition {
        try second.follow(turns[0].topic)
        try comesToBe("a revocation") { !first.revoked.isEmpty }
        first.release()
        try comesToBe("a fair share") { second.held.count == 2 }
        return try #require(second.held.first)
    }

    private func texts() throws -> [String] {
        let reader = try second.log.makeReader(waking: {})
        defer { reader.close() }
        try reader.assign(data, from: .zero)
        var found: [String] = []
        try comesToBe("the end") {
            while let batch = try reader.next(data, upTo: 1 << 20) {
                found += (0..<batch.count).map { String(decoding: batch.record($0).value ?? [], as: UTF8.self) }
            }
            return try reader.isAtEnd(data)
        }
        return found
    }

    @Test func `an owner that was stopped between its turn and its commit, and commits while the task moves, is waited for`() throws {
        let producer = try halfway()
        let turn = try moved()
        let (log, asked) = (second.log, DispatchSemaphore(value: 0))
        let (box, question) = (Answer(), [turn])
        Thread {
            asked.signal()
            box.set(Result { try log.committedEpochs(of: question) })
        }.start()
        asked.wait()
        try producer.commit()
        try comesToBe("an answer") { box.isSet }
        #expect(try box.get() == [turn: Epoch(5)])
        #expect(try texts() == ["five"])
        #expect(throws: LogFailure.self) {
            try first.log.makeWriter("one.0").commit(Transaction(batches: [PartitionBatch(data, records("six"))], turns: [turn: Epoch(6)]))
        }
        _ = try second.log.makeWriter("two.0").commit(
            Transaction(batches: [PartitionBatch(data, records("seven"))], turns: [turn: Epoch(6)]))
        #expect(try texts() == ["five", "seven"])
        first.leave()
        second.leave()
    }

    @Test func `an open transaction whose owner is gone ends by itself, and what was in it never was`() throws {
        let producer = try halfway(.seconds(2))
        let turn = try moved()
        #expect(try second.log.committedEpochs(of: [turn]) == [:])
        #expect(try texts() == [])
        #expect(throws: LogFailure.self) { try producer.commit() }
        _ = try second.log.makeWriter("two.0").commit(Transaction(batches: [PartitionBatch(data, records("new"))], turns: [turn: Epoch(5)]))
        #expect(try texts() == ["new"])
        #expect(try second.log.committedEpochs(of: [turn]) == [turn: Epoch(5)])
        first.leave()
        second.leave()
    }

    @Test func `a transaction that is given up goes at once, with what is still under way`() throws {
        let producer = try TransactionalProducer("one.0", fixture.settings, nil)
        try producer.begin()
        var tracker = DeliveryTracker(batches: 1)
        var builder = BatchBuilder()
        for number in 0..<5_000 { builder.append(key: nil, value: Array("\(number)".utf8), time: EventTime(milliseconds: 1)) }
        try producer.write([PartitionBatch(data, builder.finish())], &tracker)
        try producer.abort(within: .seconds(60))
        try producer.begin()
        var next = DeliveryTracker(batches: 1)
        try producer.write([PartitionBatch(data, records("kept"))], &next)
        try producer.settle(&next)
        try producer.commit()
        #expect(try texts() == ["kept"])
        first.log.close()
        second.log.close()
    }

    @Test func `a producer whose turns were refused with records still to be sent goes on committing`() throws {
        try first.follow(turns[0].topic)
        try comesToBe("the first having everything") { first.held == Set(turns) }
        let membership = try #require(first.membership as? KafkaMembership)
        guard let stale = membership.metadata else { throw LogFailure(.unavailable, "the first is no member") }
        _ = try moved()
        let producer = try TransactionalProducer("one.0", fixture.settings, nil)
        let rounds = (1...20).map { "kept \($0)" }
        for round in rounds {
            try producer.begin()
            var refused = DeliveryTracker(batches: 1)
            let many = (0..<500).map { "dropped \($0)" }
            try producer.write([PartitionBatch(data, records(many))], &refused)
            #expect(producer.add([turns[0]: Epoch(1)], stale) != nil)
            try producer.abort(within: .seconds(60))
            try producer.begin()
            var kept = DeliveryTracker(batches: 1)
            try producer.write([PartitionBatch(data, records(round))], &kept)
            try producer.settle(&kept)
            try producer.commit()
        }
        #expect(try texts() == rounds)
        first.leave()
        second.leave()
    }

    @Test func `a commit whose marks are still being written is read to its end by who comes next`() throws {
        let partitions = (0..<8).map { TopicPartition(data.topic, Partition($0)) }
        let writer = try first.log.makeWriter("one.0")
        for epoch in 1...60 {
            _ = try writer.commit(
                Transaction(batches: partitions.map { PartitionBatch($0, records("\(epoch)")) }, turns: [turns[0]: Epoch(Int64(epoch))]))
            #expect(try second.log.committedEpochs(of: [turns[0]]) == [turns[0]: Epoch(Int64(epoch))])
            let reader = try second.log.makeReader(waking: {})
            defer { reader.close() }
            let last = partitions[epoch % 8]
            try reader.assign(last, from: .zero)
            var newest = ""
            try comesToBe("epoch \(epoch)") {
                while let batch = try reader.next(last, upTo: 1 << 20) {
                    newest = String(decoding: batch.record(batch.count - 1).value ?? [], as: UTF8.self)
                }
                // At its end is nobody who has yet to read what was committed.
                if try reader.isAtEnd(last) { #expect(newest == "\(epoch)") }
                return newest == "\(epoch)"
            }
        }
        first.log.close()
        second.log.close()
    }
}

/// What a thread found out, for another one.
private final class Answer: Sendable {
    private let found = Mutex<Result<[TopicPartition: Epoch], any Error>?>(nil)
    var isSet: Bool { found.withLock { $0 != nil } }
    func set(_ result: Result<[TopicPartition: Epoch], any Error>) { found.withLock { $0 = result } }
    func get() throws -> [TopicPartition: Epoch]? { try found.withLock { $0 }?.get() }
}
