internal import EmbeddedLog
internal import EventLog
internal import Foundation
internal import StreamCore

/// A log whose every transaction `n` writes `n` to each of its partitions and to its turn, so that whatever is later read of it shows
/// whether it is what the first so many transactions left, and nothing else.
enum Ledger {
    static let partitions = (0..<3).map { TopicPartition("ledger", Partition($0)) }
    static let turn = TopicPartition("turn", Partition(0))

    /// Settings under which a small log has many files of each kind.
    static var settings: EmbeddedLogSettings {
        var settings = EmbeddedLogSettings()
        settings.memtableBytes = 96 << 10
        return settings
    }

    /// Writes `count` transactions and copies the directory as a kill would leave it: most of it in files, the end in the write-ahead log.
    static func make(_ count: Int, in directory: String, killedInto copy: String) throws {
        try extend(from: 1, to: count - inWriteAheadLog, in: directory, copyingTo: nil)
        try extend(from: count - inWriteAheadLog + 1, to: count, in: directory, copyingTo: copy)
    }

    /// Less than a memtable holds, so nothing is on its way to a file while the directory is copied.
    private static let inWriteAheadLog = 16

    private static func extend(from first: Int, to last: Int, in directory: String, copyingTo copy: String?) throws {
        let log = try EmbeddedLog(directory: directory, settings: settings, clock: { noon })
        defer { log.close() }
        _ = try log.ensure([TopicSpec("ledger", partitions: 3), TopicSpec("turn", partitions: 1)])
        let writer = try log.makeWriter("slot-0")
        defer { writer.close() }
        for number in first...last { try write(number, writer) }
        if let copy { try copyAtRest(directory, to: copy) }
    }

    /// Copies until nothing has changed meanwhile: RocksDB may still be compacting what an opening found.
    private static func copyAtRest(_ directory: String, to copy: String) throws {
        func listing() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: directory).sorted().map { name in
                "\(name) \(try FileManager.default.attributesOfItem(atPath: directory + "/" + name)[.size] ?? 0)"
            }
        }
        while true {
            try? FileManager.default.removeItem(atPath: copy)
            guard let before = try? listing(), (try? FileManager.default.copyItem(atPath: directory, toPath: copy)) != nil else { continue }
            if try listing() == before { return }
        }
    }

    static func write(_ number: Int, _ writer: any LogWriter) throws {
        _ = try writer.commit(
            Transaction(batches: partitions.map { PartitionBatch($0, batch(number)) }, turns: [turn: Epoch(Int64(number))]))
    }

    /// One record, and in every fourth transaction so many bytes that they go to a blob file.
    private static func batch(_ number: Int) -> RecordBatch {
        var builder = BatchBuilder()
        let size = number % 4 == 0 ? 6_000 : 40
        builder.append(
            key: Array("\(number)".utf8), value: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* number) },
            time: EventTime(milliseconds: Int64(number)))
        return builder.finish()
    }

    /// How many transactions a log holds; throws what the log throws, or `Torn` when it holds anything but a prefix of them.
    static func count(_ log: EmbeddedLog) throws -> Int {
        guard try !log.topics().isEmpty else { return 0 }
        var counts: Set<Int> = []
        for partition in partitions {
            let reader = try log.makeReader {}
            defer { reader.close() }
            try reader.assign(partition, from: .zero)
            var number = 0
            while let found = try reader.next(partition, upTo: 1 << 20) {
                for index in 0..<found.count {
                    number += 1
                    if found.record(index) != batch(number).record(0) { throw Torn(reason: "\(partition) has another record \(number)") }
                }
            }
            counts.insert(number)
        }
        let epoch = Int(try log.committedEpochs(of: [turn])[turn]?.number ?? 0)
        counts.insert(epoch)
        guard counts.count == 1 else { throw Torn(reason: "partitions and turn disagree: \(counts.sorted())") }
        return epoch
    }

    /// What no damage may lead to.
    struct Torn: Error, CustomStringConvertible {
        let reason: String
        var description: String { reason }
    }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
