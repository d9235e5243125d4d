internal import StreamCore
internal import Synchronization

/// The order in which batches were kept for followers, so that the oldest go first.
struct KeptBatches {
    private var entries: [(partition: PartitionState, next: Offset, bytes: Int)] = []
    private var first = 0
    private var bytes = 0

    mutating func add(_ partition: PartitionState, upTo next: Offset, bytes: Int, limit: Int) {
        if bytes > 0 {
            entries.append((partition, next, bytes))
            self.bytes += bytes
        }
        while self.bytes > limit, first < entries.count {
            let oldest = entries[first]
            oldest.partition.state.withLock { $0.recent.drop(below: oldest.next) }
            self.bytes -= oldest.bytes
            first += 1
        }
        if first > 1_024, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }
}
