internal import CRdKafka
internal import Dispatch
internal import EventLog
internal import StreamCore
internal import StructuredLog
internal import Synchronization

/// The transactional writer of one name: two producers that take turns, from its opening to its first failure.
///
/// A commit is decided when its coordinator answers; its marks reach the partitions afterwards, and until they have, that producer's next
/// transaction is refused and tried again 20 ms later. The other's is not. Order is kept all the same: nothing of an epoch is written
/// before the one before it was decided, and readers get no further than the first mark that is missing.
final class KafkaWriter: LogWriter {
    private let name: String
    private let directory: TopicDirectory
    private let turns: TurnGroup
    /// The next to be used first; none after a failure.
    private var producers: [TransactionalProducer]
    private var failure: LogFailure?

    /// Fences every earlier writer of that name in the cluster.
    init(
        _ name: String, _ settings: KafkaLogSettings, _ directory: TopicDirectory, _ turns: TurnGroup, _ logger: Logger?
    ) throws(LogFailure) {
        self.name = name
        producers = try Self.open(["\(name).a", "\(name).b"], settings, logger)
        self.directory = directory
        self.turns = turns
    }

    /// All at once: each waits for its coordinator, which settles what its predecessor left.
    private static func open(
        _ names: [String], _ settings: KafkaLogSettings, _ logger: Logger?
    ) throws(LogFailure) -> [TransactionalProducer] {
        let opened = Mutex<[String: Result<Opened, LogFailure>]>([:])
        DispatchQueue.concurrentPerform(iterations: names.count) { index in
            let outcome = Result { () throws(LogFailure) in Opened(producer: try TransactionalProducer(names[index], settings, logger)) }
            opened.withLock { $0[names[index]] = outcome }
        }
        let outcomes = opened.withLock { $0 }
        var producers: [TransactionalProducer] = []
        for name in names { if let outcome = outcomes[name] { producers.append(try outcome.get().producer) } }
        return producers
    }

    /// A producer on its way from the thread that opened it to its writer's.
    // SAFETY: whoever opened it is done with it, and one thread takes it.
    private struct Opened: @unchecked Sendable { let producer: TransactionalProducer }

    func commit(_ transaction: Transaction) throws(LogFailure) -> [Offset] {
        if let failure { throw failure }
        guard let producer = producers.first else { throw LogFailure(.unavailable, "committing as \(name): this writer was closed") }
        var isOpen = false
        do throws(LogFailure) {
            try directory.require(transaction.batches.map(\.partition), "committing as \(name)")
            let offsets = try commit(transaction, producer, &isOpen)
            producers.swapAt(0, 1)
            return offsets
        } catch {
            let settled = transaction.isCurrent() ? turns.judge(error, of: transaction.turns, isOpen) : error
            failure = settled
            // An open transaction holds back readers of its partitions; where the broker answers, it goes at once.
            if isOpen, settled.kind == .refused || settled.kind == .full || settled.kind == .unknownTopic {
                _ = try? producer.abort(within: .seconds(2))
            }
            producers = []
            throw settled
        }
    }

    private func commit(
        _ transaction: Transaction, _ producer: TransactionalProducer, _ isOpen: inout Bool
    ) throws(LogFailure) -> [Offset] {
        let deadline = turns.deadline
        while true {
            let group = try transaction.turns.isEmpty ? nil : turns.metadata(for: transaction.turns.keys)
            // ORDER: behind the metadata, so that a turn which was lost and came back cannot let an epoch of its first tenure pass.
            guard transaction.isCurrent() else {
                throw LogFailure(.fenced, "committing as \(name): a turn was lost since the epoch was frozen")
            }
            try producer.begin()
            isOpen = true
            var tracker = DeliveryTracker(batches: transaction.batches.count)
            try producer.write(transaction.batches, &tracker)
            if let group, let error = producer.add(transaction.turns, group) {
                guard turns.hasMoved(error) else { throw error.failure("committing as \(name): adding turns") }
                // The group has another generation, and the turns may still be ours in it: the same again.
                let isWhole = try producer.abort(within: .seconds(5))
                isOpen = false
                guard isWhole, !tracker.isUncertain else {
                    throw LogFailure(.unavailable, "committing as \(name): \(error); what was under way was dropped, and goes again")
                }
                try turns.awaitGeneration(after: group, for: transaction.turns.keys, deadline, "committing as \(name): \(error)")
                continue
            }
            try producer.settle(&tracker)
            isOpen = false
            try producer.commit()
            return try offsets(tracker, transaction)
        }
    }

    private func offsets(_ tracker: DeliveryTracker, _ transaction: Transaction) throws(LogFailure) -> [Offset] {
        var offsets: [Offset] = []
        offsets.reserveCapacity(tracker.offsets.count)
        for (index, offset) in tracker.offsets.enumerated() {
            if let offset {
                offsets.append(offset)
            } else if transaction.batches[index].batch.isEmpty {
                offsets.append(.zero)
            } else {
                // A repeated request, whose first answer was lost, is acknowledged without an offset.
                throw LogFailure(
                    .unknown, "committing as \(name): committed, but where \(transaction.batches[index].partition) took it was not said")
            }
        }
        return offsets
    }

    func close() { producers = [] }
}
