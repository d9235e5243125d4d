internal import CRdKafka
internal import EventLog
internal import StreamCore
internal import StructuredLog
internal import Synchronization

/// A static member of the cluster's group. A thread of its own takes what the group decides; a revocation is answered when the turns have
/// been released, and until then the member keeps its place in the group.
@safe final class KafkaMembership: LogMembership {
    // SAFETY: the queue is taken in `init` and given back in `deinit`, before the client; polling is thread-safe.
    nonisolated(unsafe) private let queue: OpaquePointer
    private let client: KafkaClient
    private let instance: String
    private let logger: Logger?
    private let onChange: @Sendable (TurnChange) -> Void
    private let state = Mutex(TurnState())
    private let thread = Mutex<BackgroundThread?>(nil)
    private let left = Flag()

    init(
        _ settings: KafkaLogSettings, _ logger: Logger?, onChange: @escaping @Sendable (TurnChange) -> Void
    ) throws(LogFailure) {
        let doing = "joining cluster \(settings.cluster) as \(settings.instance)"
        client = try KafkaClient(.consumer, settings.member, logger: logger, doing)
        let code = unsafe rd_kafka_poll_set_consumer(client.handle)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code).failure(doing) }
        unsafe queue = rd_kafka_queue_get_consumer(client.handle)
        instance = settings.instance
        self.logger = logger
        self.onChange = onChange
        thread.withLock { $0 = BackgroundThread("kafka member") { [weak self] in self?.turn() } }
    }

    deinit {
        abandon()
        unsafe rd_kafka_queue_destroy(queue)
    }

    var hasLeft: Bool { left.isSet }

    /// What commits of this member's turns carry; `nil` once it is closed.
    var metadata: GroupMetadata? { hasLeft ? nil : GroupMetadata(client) }

    func holds(_ turns: some Collection<TopicPartition>) -> Bool { state.withLock { state in turns.allSatisfy { state.commits($0) } } }

    func requireHeld(_ turns: some Collection<TopicPartition>) throws(LogFailure) {
        if let foreign = state.withLock({ state in turns.first { !state.commits($0) } }) {
            throw LogFailure(.fenced, "committing turn \(foreign): it is not, or no longer, this member's (\(instance))")
        }
    }

    func follow(_ topics: Set<String>) throws(LogFailure) {
        if hasLeft { throw LogFailure(.unavailable, "following turns: this member has left") }
        let list = PartitionList(topics: topics.sorted())
        let code = unsafe topics.isEmpty ? rd_kafka_unsubscribe(client.handle) : rd_kafka_subscribe(client.handle, list.handle)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code).failure("following the turns of \(topics.count) stages") }
    }

    func release(_ turns: Set<TopicPartition>) {
        if let revoked = state.withLock({ $0.release(turns) }) { giveUp(revoked) }
    }

    /// Leaves the group by unsubscribing: closing a static member would keep its place until the session ends.
    func leave() {
        guard left.set() else { return }
        let (held, revoked) = state.withLock { ($0.held, $0.release($0.held)) }
        if let revoked { giveUp(revoked) }
        unsafe rd_kafka_unsubscribe(client.handle)
        let deadline = Deadline(.seconds(3))
        while isMember || !held.isEmpty && state.withLock({ !$0.held.isEmpty }), deadline.pause(milliseconds: 5) {}
        stopThread()
        // Waits for the answer to the goodbye.
        if !isMember { unsafe rd_kafka_consumer_close(client.handle) }
        if rd_kafka_version() < KafkaMembership.firstToEndLeaders { _ = unsafe Unmanaged.passRetained(client) }
    }

    /// Before 2.3.0, librdkafka ends the process when it destroys a client that was made the group's leader and has not shared anything out
    /// (its issue 4312), as one is that leaves in the middle of it. A member leaves once, when its process ends: the client goes with that.
    private static let firstToEndLeaders: Int32 = 0x0203_0000

    /// Ends without a goodbye, as a crash would: the group waits for the session to end.
    func abandon() {
        left.set()
        stopThread()
    }

    private var isMember: Bool {
        guard let id = unsafe rd_kafka_memberid(client.handle) else { return false }
        defer { unsafe rd_kafka_mem_free(client.handle, id) }
        return unsafe id.pointee != 0
    }

    private func stopThread() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.stop()
    }

    private func turn() {
        if let event = unsafe rd_kafka_queue_poll(queue, 50) {
            switch unsafe rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_REBALANCE: unsafe rebalance(event)
            case RD_KAFKA_EVENT_ERROR: unsafe note(KafkaError(rd_kafka_event_error(event), String(cString: rd_kafka_event_error_string(event))))
            default: break
            }
            unsafe rd_kafka_event_destroy(event)
        }
        if unsafe rd_kafka_assignment_lost(client.handle) != 0, let lost = state.withLock({ $0.loseRevoked() }) {
            giveUp(lost)
            onChange(.lost(lost))
        }
    }

    private func rebalance(_ event: OpaquePointer) {
        let turns = unsafe Set(PartitionList.entries(rd_kafka_event_topic_partition_list(event)).map(\.partition))
        if unsafe rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS { return grant(turns) }
        if unsafe rd_kafka_assignment_lost(client.handle) != 0 {
            state.withLock { $0.lose(turns) }
            giveUp(turns)
            if !turns.isEmpty { onChange(.lost(turns)) }
            return
        }
        let (open, revoked) = state.withLock { $0.revoke(turns) }
        if let revoked { return giveUp(revoked) }
        onChange(.revoked(open))
    }

    private func grant(_ turns: Set<TopicPartition>) {
        // Turns hold no records: they are never fetched, wherever they are said to begin.
        let list = PartitionList(turns, offset: 0)
        if let object = unsafe rd_kafka_incremental_assign(client.handle, list.handle) {
            return note(unsafe KafkaError(owning: object))
        }
        unsafe rd_kafka_pause_partitions(client.handle, list.handle)
        if turns.isEmpty { return }
        state.withLock { $0.grant(turns) }
        onChange(.granted(turns))
    }

    /// Answers a revocation; the group may give the turns to others from here on.
    private func giveUp(_ turns: Set<TopicPartition>) {
        let list = PartitionList(turns)
        if let object = unsafe rd_kafka_incremental_unassign(client.handle, list.handle) { note(unsafe KafkaError(owning: object)) }
    }

    private func note(_ error: KafkaError) {
        logger?.warning("kafka member", [.reason: "\(error)"])
        guard error.code == RD_KAFKA_RESP_ERR__FATAL || error.code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID else { return }
        // Another process goes by this instance's name: everything is its own now.
        let lost = state.withLock { $0.loseAll() }
        if !lost.isEmpty { onChange(.lost(lost)) }
    }
}
