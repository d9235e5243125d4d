internal import CRdKafka
internal import EventLog
internal import StreamCore
internal import StructuredLog

/// A producer between its first transaction and its first failure.
///
/// ```
/// ready ──begin──▶ open ──commit──▶ ready
///                   └──abort, every record acknowledged──▶ ready        anything else: the producer is given up
/// ```
/// It is confined to its writer's thread. After a timeout or a broken connection inside a call it must not be used again: a request that
/// is still on its way could reach a later transaction.
final class TransactionalProducer {
    private let client: KafkaClient
    private let queue: MainQueue
    private let timeout: Duration
    private let doing: String
    private var production: Production

    init(_ name: String, _ settings: KafkaLogSettings, _ logger: Logger?) throws(LogFailure) {
        doing = "committing as \(settings.cluster).\(name)"
        timeout = settings.transactionTimeout
        let opening = "opening writer \(settings.cluster).\(name)"
        client = try KafkaClient(.producer, settings.writer(name), logger: logger, opening)
        queue = MainQueue(client)
        production = Production(client)
        // Waits until the predecessor's transaction is settled.
        let deadline = Deadline(settings.requestTimeout * 3)
        while let object = unsafe rd_kafka_init_transactions(client.handle, max(1, deadline.milliseconds)) {
            let isRetriable = unsafe rd_kafka_error_is_retriable(object) != 0
            let error = unsafe KafkaError(owning: object)
            guard isRetriable, !error.isFatal, deadline.pause() else { throw client.failure(error, opening) }
        }
    }

    /// Nothing may be under way when the client is destroyed. Up to 2.15, librdkafka frees what it knows of a transaction's error before it has
    /// ended its brokers' threads: a refusal of a batch that arrives in between, as it does to a producer that was fenced, frees it again.
    deinit { unsafe rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT) }

    func begin() throws(LogFailure) {
        client.forgetsTransaction()
        if let object = unsafe rd_kafka_begin_transaction(client.handle) { throw unsafe KafkaError(owning: object).failure(doing) }
    }

    /// Gives the batches away; they travel while offsets are added.
    func write(_ batches: [PartitionBatch], _ tracker: inout DeliveryTracker) throws(LogFailure) {
        let deadline = Deadline(timeout)
        var current = tracker
        defer { tracker = current }
        for (mark, batch) in batches.enumerated() {
            try production.give(batch, mark: mark) {
                current.gave()
            } full: { () throws(LogFailure) in
                unsafe current.poll(queue.handle, milliseconds: 10)
                try check(current)
                return !deadline.hasPassed
            }
        }
    }

    /// Adds the turns' epochs; `nil` when the broker took them.
    func add(_ turns: [TopicPartition: Epoch], _ group: borrowing GroupMetadata) -> KafkaError? {
        let list = PartitionList(turns.map { ($0.key, $0.value.number) })
        let object = unsafe rd_kafka_send_offsets_to_transaction(client.handle, list.handle, group.handle, Int32(timeout.milliseconds))
        guard let object = unsafe object else { return nil }
        return unsafe KafkaError(owning: object)
    }

    /// Waits until every record has arrived.
    func settle(_ tracker: inout DeliveryTracker) throws(LogFailure) {
        let deadline = Deadline(timeout)
        while tracker.outstanding > 0 {
            unsafe tracker.poll(queue.handle, milliseconds: min(100, max(1, deadline.milliseconds)))
            try check(tracker)
            if deadline.hasPassed {
                throw LogFailure(.unavailable, "\(doing): \(tracker.outstanding) records were not acknowledged within \(timeout)")
            }
        }
    }

    private func check(_ tracker: DeliveryTracker) throws(LogFailure) {
        if let fatal = client.fatalError { throw fatal.failure(doing) }
        // From then on nothing is sent, and what has not been is never reported.
        if let reason = client.transactionTrouble { throw LogFailure(.unavailable, "\(doing): \(reason)") }
        if let refusal = tracker.refusal { throw refusal.error.failure("\(doing): writing to \(refusal.partition)") }
    }

    /// The point of decision.
    func commit() throws(LogFailure) {
        guard let object = unsafe rd_kafka_commit_transaction(client.handle, Int32(timeout.milliseconds)) else { return }
        let error = unsafe KafkaError(owning: object)
        // The coordinator refuses before it decides; whatever else went wrong, it may have decided.
        if error.requiresAbort || error.kind == .fenced { throw error.failure(doing) }
        throw error.failure("\(doing): whether it was committed is not known", as: .unknown)
    }

    /// Ends the transaction without a trace; whether every record of it had been acknowledged.
    ///
    /// Where one had not, the producer must not be used again. The numbers of records that are dropped are given out anew, and a broker that
    /// has one of them all the same, its answer lost, takes the next record of that number for the same and keeps it from the log in
    /// silence. Failing, the coordinator ends the transaction when the next writer of this name comes, or in time.
    @discardableResult func abort(within limit: Duration) throws(LogFailure) -> Bool {
        let deadline = Deadline(limit)
        var late = DeliveryTracker(batches: 0)
        while true {
            // ORDER: the call itself drops what has not been sent, for then the numbers that those records had are given out again. It waits
            // until every report has been taken, and nobody would take them meanwhile: so first a short time, and the rest once they are.
            let isClear = unsafe rd_kafka_outq_len(client.handle) == 0
            let patience = isClear ? deadline.milliseconds : min(20, deadline.milliseconds)
            guard let object = unsafe rd_kafka_abort_transaction(client.handle, max(1, patience)) else { return !late.isUncertain }
            let isRetriable = unsafe rd_kafka_error_is_retriable(object) != 0
            let error = unsafe KafkaError(owning: object)
            guard isRetriable, !deadline.hasPassed else { throw error.failure("\(doing): aborting") }
            while unsafe rd_kafka_outq_len(client.handle) > 0, !deadline.hasPassed { unsafe late.poll(queue.handle, milliseconds: 10) }
        }
    }
}
