internal import Dispatch
internal import EmbeddedLog
internal import EventLog
internal import Foundation
internal import StreamCore
internal import Synchronization
internal import Testing

@Suite struct ConcurrencyTests {
    /// Wakes a reading thread.
    private final class Bell: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        func ring() { semaphore.signal() }
        func wait() { _ = semaphore.wait(timeout: .now() + .seconds(20)) }
    }

    @Test func `followers miss nothing while writers, compaction and purging are at work`() throws {
        let scratch = try Scratch()
        var settings = EmbeddedLogSettings()
        settings.minimumDirtyBytes = 1
        settings.recentBytes = 20_000
        settings.memtableBytes = 200_000
        settings.durability = .os
        let log = try EmbeddedLog(directory: scratch.path, settings: settings, clock: { noon })
        defer { log.close() }
        let kept = TopicPartition("kept", Partition(0))
        let purged = TopicPartition("purged", Partition(0))
        let compacted = TopicPartition("compacted", Partition(0))
        _ = try log.ensure([
            TopicSpec("kept", partitions: 1), TopicSpec("purged", partitions: 1),
            TopicSpec("compacted", partitions: 1, cleanup: .compact(tombstones: .seconds(60))),
        ])
        let writers = 3
        let rounds = 300
        let failures = Mutex<[String]>([])
        let group = DispatchGroup()
        func start(_ body: @escaping @Sendable () throws -> Void) {
            group.enter()
            Thread {
                do { try body() } catch { failures.withLock { $0.append("\(error)") } }
                group.leave()
            }.start()
        }
        for number in 0..<writers {
            start {
                let writer = try log.makeWriter("slot-\(number)")
                defer { writer.close() }
                for round in 0..<rounds {
                    var builder = BatchBuilder()
                    builder.append(
                        key: [UInt8(number)], value: [UInt8](repeating: UInt8(number), count: round % 50 == 0 ? 9_000 : 90),
                        time: EventTime(milliseconds: Int64(round)))
                    let batch = builder.finish()
                    _ = try writer.commit(Transaction(batches: [kept, purged, compacted].map { PartitionBatch($0, batch) }))
                }
            }
        }
        for partition in [kept, purged] {
            start {
                let bell = Bell()
                let reader = try log.makeReader { bell.ring() }
                defer { reader.close() }
                try reader.assign(partition, from: .zero)
                var seen = 0
                while seen < writers * rounds, failures.withLock(\.isEmpty) {
                    guard let batch = try reader.next(partition, upTo: 10_000) else {
                        bell.wait()
                        continue
                    }
                    for index in 0..<batch.count {
                        if batch.offset(index) != Offset(Int64(seen)) {
                            failures.withLock { $0.append("\(partition): \(batch.offset(index)), not \(seen)") }
                        }
                        seen += 1
                    }
                    if partition == purged { try log.purge(purged, below: Offset(Int64(seen))) }
                }
            }
        }
        start {
            for _ in 0..<50 { while try log.maintain(now: noon) {} }
        }
        group.wait()
        #expect(failures.withLock { $0 } == [])
        while try log.maintain(now: noon) {}
        #expect(try log.bounds(of: purged).start == Offset(Int64(writers * rounds)))
        let reader = try log.makeReader {}
        defer { reader.close() }
        try reader.assign(compacted, from: .zero)
        var left: Set<[UInt8]> = []
        while let batch = try reader.next(compacted, upTo: 1 << 20) {
            for index in 0..<batch.count { left.insert(batch.record(index).key ?? []) }
        }
        #expect(left == Set((0..<writers).map { [UInt8($0)] }))
    }

    @Test func `a wake may itself commit`() throws {
        let scratch = try Scratch()
        let log = try EmbeddedLog(directory: scratch.path, clock: { noon })
        defer { log.close() }
        let partition = TopicPartition("echo", Partition(0))
        _ = try log.ensure([TopicSpec("echo", partitions: 1)])
        var builder = BatchBuilder()
        builder.append(key: nil, value: [1], time: noon)
        let batch = builder.finish()
        let reader = try log.makeReader { _ = try? log.append([PartitionBatch(partition, batch)]) }
        defer { reader.close() }
        try reader.assign(partition, from: .zero)
        _ = try log.append([PartitionBatch(partition, batch)])
        #expect(try log.bounds(of: partition).end == Offset(2))
    }
}
