internal import CRdKafka
internal import Dispatch
internal import EventLog
internal import StreamCore
internal import Synchronization

/// Appends outside transactions for many threads at once, through one idempotent producer. A thread of its own takes the reports.
final class Appender: Sendable {
    private let client: KafkaClient
    private let queue: MainQueue
    private let patience: Duration
    private let state: Mutex<State>
    private let thread = Mutex<BackgroundThread?>(nil)

    private struct State {
        var production: Production
        var nextMark = 1
        /// The batches under way, by the mark that each of their records carries.
        var parts: [Int: AppendPart] = [:]
    }

    init(_ client: KafkaClient, patience: Duration) {
        self.client = client
        self.patience = patience
        queue = MainQueue(client)
        state = Mutex(State(production: Production(client)))
    }

    /// Whether a failure of its own made it useless: a new one must take its place.
    var isSpent: Bool { client.fatalError != nil }

    /// Appends and waits until all of it is durable: where each batch begins, `nil` where that was not said.
    func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset?] {
        thread.withLock { thread in
            if thread == nil { thread = BackgroundThread("kafka appender") { [weak self] in self?.turn() } }
        }
        let deadline = Deadline(patience + .seconds(5))
        let parts = batches.map { AppendPart($0.partition, count: $0.batch.count) }
        for (item, part) in zip(batches, parts) where !item.batch.isEmpty { try give(item, part, deadline) }
        var offsets: [Offset?] = []
        for part in parts { offsets.append(try part.wait(deadline)) }
        return offsets
    }

    private func give(_ item: PartitionBatch, _ part: AppendPart, _ deadline: Deadline) throws(LogFailure) {
        // Held for the whole batch, so that batches of other threads come before or behind it, never between its records.
        try state.withLock { state throws(LogFailure) in
            let mark = state.nextMark
            state.nextMark += 1
            state.parts[mark] = part
            do throws(LogFailure) {
                try state.production.give(item, mark: mark, marksAll: true) {
                } full: {
                    // The thread that takes reports needs no lock to make room.
                    deadline.pause(milliseconds: 1)
                }
            } catch {
                state.parts[mark] = nil
                throw error
            }
        }
    }

    private func turn() {
        guard let event = unsafe rd_kafka_queue_poll(queue.handle, 100) else { return }
        defer { unsafe rd_kafka_event_destroy(event) }
        guard unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else { return }
        var reports: [(mark: Int, error: KafkaError?, offset: Int64, isPerhapsStored: Bool)] = []
        while let message = unsafe rd_kafka_event_message_next(event) {
            let error = unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(message.pointee.err)
            let isStored = unsafe rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED
            unsafe reports.append((Int(bitPattern: message.pointee._private) - 1, error, message.pointee.offset, isStored))
        }
        for report in reports { settle(report.mark, report.error, report.offset, report.isPerhapsStored) }
    }

    private func settle(_ mark: Int, _ error: KafkaError?, _ offset: Int64, _ isPerhapsStored: Bool) {
        let part = state.withLock { $0.parts[mark] }
        guard let part, part.settle(error, offset, isPerhapsStored) else { return }
        state.withLock { $0.parts[mark] = nil }
    }

    func close() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.stop()
    }
}

/// One batch on its way, and the caller that waits for it.
final class AppendPart: Sendable {
    private let partition: TopicPartition
    private let state: Mutex<State>
    private let done = DispatchSemaphore(value: 0)

    private struct State {
        var missing: Int
        var first: Int64?
        var failure: LogFailure?
    }

    init(_ partition: TopicPartition, count: Int) {
        self.partition = partition
        state = Mutex(State(missing: count))
    }

    /// Takes the report of one record; whether it was the last.
    func settle(_ error: KafkaError?, _ offset: Int64, _ isPerhapsStored: Bool) -> Bool {
        let isLast = state.withLock { state in
            state.missing -= 1
            if let error, state.failure == nil {
                let doing = "appending to \(partition)"
                state.failure = error.failure(doing, as: isPerhapsStored && error.kind == .unavailable ? .unknown : nil)
            } else if offset >= 0 {
                state.first = min(state.first ?? offset, offset)
            }
            return state.missing == 0
        }
        if isLast { done.signal() }
        return isLast
    }

    /// Where the batch begins, once all of it is there; `nil` for an empty batch, and where it was not said.
    func wait(_ deadline: Deadline) throws(LogFailure) -> Offset? {
        if state.withLock({ $0.missing }) == 0 { return try outcome() }
        if done.wait(timeout: .now() + .milliseconds(Int(deadline.milliseconds))) == .timedOut {
            throw LogFailure(.unknown, "appending to \(partition): no answer in time; it may be there or not")
        }
        return try outcome()
    }

    private func outcome() throws(LogFailure) -> Offset? {
        let (first, failure) = state.withLock { ($0.first, $0.failure) }
        if let failure { throw failure }
        return first.map { Offset($0) }
    }
}
