internal import CRdKafka
internal import EventLog
internal import StructuredLog
internal import Synchronization

/// One librdkafka client: its threads and its connections. Calls may come from any thread.
///
/// Queues, topics and lists that were made with it must be gone before it; their owners hold it.
@safe final class KafkaClient: Sendable {
    // SAFETY: created in `init`, destroyed in `deinit`, and librdkafka's handle is thread-safe.
    nonisolated(unsafe) let handle: OpaquePointer
    private let sink: LogSink

    /// What a client is for; a transactional producer is one with a `transactional.id`.
    enum Role: Sendable { case producer, consumer }

    /// Makes a client; it connects when first used. `doing` begins the message of a failure.
    init(_ role: Role, _ properties: ClientProperties, logger: Logger?, _ doing: String) throws(LogFailure) {
        sink = LogSink(logger)
        let configuration = try ClientConfiguration(properties, sink, doing)
        unsafe handle = try configuration.makeClient(role == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, doing)
    }

    // ORDER: the client's threads log until it is destroyed, so the sink, a stored property, goes after it.
    deinit { unsafe rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) }

    /// What keeps it from its brokers, until `isHeard`.
    var trouble: ClientTrouble? { sink.trouble }

    /// Forgets its trouble: a broker has answered.
    func isHeard() { sink.forget() }

    /// Why the transaction under way can only be aborted, as soon as the client has said so; before `forgetsTransaction`.
    var transactionTrouble: String? { sink.transactionTrouble }

    /// Another transaction begins.
    func forgetsTransaction() { sink.forgetTransaction() }

    /// The failure of `doing`. Where brokers did not answer, why.
    func failure(_ error: KafkaError, _ doing: String, as kind: LogFailure.Kind? = nil) -> LogFailure {
        guard error.kind == .unavailable, let trouble else { return error.failure(doing, as: kind) }
        return LogFailure(kind ?? .unavailable, "\(doing): \(trouble.text)" + (trouble.advice.map { "; \($0)" } ?? ""))
    }

    /// The failure that an idempotent producer cannot recover from, once it has one.
    var fatalError: KafkaError? {
        let code = unsafe rd_kafka_fatal_error(handle, nil, 0)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
    }
}

/// Where a client's own log lines go.
final class LogSink: Sendable {
    private let logger: Logger?
    private let last = Mutex<ClientTrouble?>(nil)
    /// librdkafka has no call that says so: who only waits for records would wait in vain.
    private let transaction = Mutex<String?>(nil)

    init(_ logger: Logger?) { self.logger = logger }

    /// Called on librdkafka's threads. Its errors are what it goes on from by itself: a broker that cannot be reached is no one's to mend
    /// until a call fails because of it.
    func log(_ level: Int32, _ facility: String, _ text: String) {
        if facility == "FAIL" { last.withLock { $0 = ClientTrouble(text) } }
        if facility == "TXNERR" { transaction.withLock { $0 = $0 ?? text } }
        guard let logger, !isMistaken(facility, text) else { return }
        if level <= 4 {
            logger.warning("kafka client", [.reason: "\(facility): \(text)"])
        } else {
            logger.debug("kafka client", [.reason: "\(facility): \(text)"])
        }
    }

    var trouble: ClientTrouble? { last.withLock { $0 } }

    func forget() { last.withLock { $0 = nil } }

    var transactionTrouble: String? { transaction.withLock { $0 } }

    func forgetTransaction() { transaction.withLock { $0 = nil } }

    /// A producer is said to have no use for `isolation.level`; what it asks for offsets answers by it.
    private func isMistaken(_ facility: String, _ text: String) -> Bool { facility == "CONFWARN" && text.contains("isolation.level") }
}
