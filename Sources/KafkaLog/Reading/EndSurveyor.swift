internal import Dispatch
internal import EventLog
internal import StreamCore
internal import Synchronization

/// A question after a partition's high watermark, and its answer once there is one. Dropping it withdraws it.
final class EndLook: Sendable {
    let partition: TopicPartition
    private let wake: @Sendable () -> Void
    private let found = Mutex<Offset?>(nil)

    init(_ partition: TopicPartition, waking wake: @escaping @Sendable () -> Void) {
        self.partition = partition
        self.wake = wake
    }

    var answer: Offset? { found.withLock { $0 } }

    func settle(_ end: Offset) {
        found.withLock { $0 = end }
        wake()
    }
}

/// Asks brokers after high watermarks for readers that may not wait, many at a time, on a thread of its own.
final class EndSurveyor: Sendable {
    private let client: KafkaClient
    private let patience: Duration
    private let asked = Mutex<[WeakLook]>([])
    private let arrival = DispatchSemaphore(value: 0)
    private let thread = Mutex<BackgroundThread?>(nil)

    private struct WeakLook: Sendable { weak let look: EndLook? }

    init(_ client: KafkaClient, patience: Duration) {
        self.client = client
        self.patience = patience
    }

    /// Asks after a partition's high watermark; the answer is no older than this call.
    func ask(_ partition: TopicPartition, waking wake: @escaping @Sendable () -> Void) -> EndLook {
        let look = EndLook(partition, waking: wake)
        asked.withLock { $0.append(WeakLook(look: look)) }
        thread.withLock { thread in
            if thread == nil { thread = BackgroundThread("kafka ends") { [weak self] in self?.turn() } }
        }
        arrival.signal()
        return look
    }

    func close() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        arrival.signal()
        thread?.stop()
    }

    private func turn() {
        _ = arrival.wait(timeout: .now() + .milliseconds(500))
        let looks = asked.withLock { asked in
            defer { asked = [] }
            return asked.compactMap(\.look)
        }
        if looks.isEmpty { return }
        if settle(looks, patience) { return }
        // A partition without a leader would hold up the others.
        for group in Dictionary(grouping: looks, by: \.partition.topic).values where !settle(group, .milliseconds(200)) {
            asked.withLock { $0 += group.map { WeakLook(look: $0) } }
        }
        _ = arrival.wait(timeout: .now() + .milliseconds(200))
        arrival.signal()
    }

    private func settle(_ looks: [EndLook], _ patience: Duration) -> Bool {
        let partitions = Set(looks.map(\.partition)).map { ($0, OffsetLookup.latest) }
        guard let found = try? OffsetLookup.find(partitions, client, Deadline(patience), "asking for ends") else { return false }
        for look in looks { if let end = found[look.partition] ?? nil { look.settle(end) } }
        return true
    }
}
