internal import EventLog
internal import RocksDB
internal import StreamCore
internal import Synchronization

extension LogCore {
    /// Creates what is missing and compares the rest.
    func ensure(_ specs: [TopicSpec]) throws(LogFailure) -> [TopicDifference] {
        for spec in specs { try Self.check(spec) }
        var missing: [TopicSpec] = []
        for spec in specs where catalogue[spec.name] == nil && !missing.contains(where: { $0.name == spec.name }) { missing.append(spec) }
        if !missing.isEmpty { try create(missing) }
        return specs.flatMap { spec in catalogue[spec.name].map { TopicComparison.differences(of: spec, from: $0.spec) } ?? [] }
    }

    private static func check(_ spec: TopicSpec) throws(LogFailure) {
        guard !spec.name.isEmpty else { throw LogFailure(.refused, "creating a topic: its name is empty; give it one") }
        guard (1...TopicRecord.maximumPartitions).contains(spec.partitions) else {
            throw LogFailure(
                .refused, "creating topic \(spec.name): \(spec.partitions) partitions; declare 1 to \(TopicRecord.maximumPartitions)")
        }
    }

    private func create(_ specs: [TopicSpec]) throws(LogFailure) {
        var entries: [TopicEntry] = []
        try write("creating topics in log \(directory)", sync: settings.durability == .sync) { state throws(LogFailure) in
            for spec in specs where catalogue[spec.name] == nil {
                let id = state.nextTopic
                state.nextTopic += 1
                state.batch.put(LogKey.topic(id), TopicRecord.encode(spec))
                let partitions = (0..<spec.partitions).map { number in
                    PartitionState(
                        PartitionID(topic: id, partition: UInt32(number)), TopicPartition(spec.name, Partition(number)), PartitionRecord())
                }
                for partition in partitions { state.batch.put(LogKey.partition(partition.id), PartitionRecord().encoded) }
                entries.append(TopicEntry(id: id, spec: spec, partitions: partitions))
            }
            return !entries.isEmpty
        } publish: {
            catalogue.add(entries)
        }
    }

    /// Deletes topics with their batches and turns; space comes back as files are rewritten.
    func delete(_ names: [String]) throws(LogFailure) {
        let entries = names.compactMap { catalogue[$0] }
        if entries.isEmpty { return }
        catalogue.remove(entries.map(\.spec.name))
        for entry in entries { for partition in entry.partitions { partition.state.withLock { $0.isDeleted = true } } }
        try write("deleting topics from log \(directory)", sync: settings.durability == .sync) { state throws(LogFailure) in
            for entry in entries {
                state.batch.delete(LogKey.topic(entry.id))
                for range in LogKey.all(of: entry.id) { state.batch.deleteRange(from: range.lower, to: range.upper) }
                state.deadBytes += entry.partitions.reduce(0) { $0 + $1.record.bytes }
            }
            return true
        } publish: {
        }
    }

    /// The committed epochs of turns; commits under way are waited for, since they hold the writing lock.
    func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch] {
        try writing.withLock { _ throws(LogFailure) in
            var epochs: [TopicPartition: Epoch] = [:]
            for turn in turns {
                let key = LogKey.turn(try catalogue.partition(turn).id)
                let bytes = try stored("reading the epoch of \(turn)") { () throws(RocksDBFailure) in try database.value(for: key) }
                if let bytes {
                    epochs[turn] = try decoded("the epoch of \(turn)") { () throws(DecodeFailure) in try TurnRecord.decode(bytes) }
                }
            }
            return epochs
        }
    }
}
