internal import Dispatch
internal import EventLog
internal import StreamCore

/// One transaction on its way to the disk, and the thread that waits for it.
final class CommitRequest: @unchecked Sendable {
    // SAFETY: `result` and `leads` are written by the leader before it signals `ready` and read by the owner after it waited.
    let batches: [Part]
    let turns: [(PartitionState, Epoch)]
    let writer: WriterIdentity?
    let byteCount: Int
    let ready = DispatchSemaphore(value: 0)
    var result: Result<[Offset], LogFailure>?

    /// A batch, hashed on its owner's own thread so that the leader need not.
    struct Part {
        let partition: PartitionState
        let batch: RecordBatch
        let hash: UInt64
    }

    init(_ transaction: Transaction, by writer: WriterIdentity?, in catalogue: Catalogue) throws(LogFailure) {
        var parts: [Part] = []
        parts.reserveCapacity(transaction.batches.count)
        for item in transaction.batches {
            let partition = try catalogue.partition(item.partition)
            parts.append(Part(partition: partition, batch: item.batch, hash: unsafe item.batch.withStoredBytes { unsafe xxh3($0) }))
        }
        var turns: [(PartitionState, Epoch)] = []
        for (turn, epoch) in transaction.turns { turns.append((try catalogue.partition(turn), epoch)) }
        batches = parts
        self.turns = turns
        self.writer = writer
        byteCount = parts.reduce(0) { $0 + $1.batch.byteCount }
    }
}

/// A writer's name and which of the writers of that name it is.
struct WriterIdentity: Sendable {
    let name: String
    let generation: Generation
}
