internal import Dispatch
public import EventLog
public import StreamCore

/// The topic through which all processes of a cluster come to run the same: `apply` appends to it, every process follows it.
///
/// Confined to one thread at a time; every call may block on the log.
public final class TopologyTopic {
    private let log: any EventLog
    private let spec: TopicSpec
    private let partition: TopicPartition
    private let arrival = DispatchSemaphore(value: 0)
    private var reader: (any LogReader)?
    private static let readBytes = 1 << 20
    /// How often what does not come is asked for again, and how many times.
    private static let (pause, tries) = (DispatchTimeInterval.milliseconds(100), 300)

    /// The topic of that cluster in `log`; nothing is asked of the log yet.
    public init(_ log: any EventLog, cluster: String) {
        self.log = log
        spec = AppliedTopology.topic(of: cluster)
        partition = TopicPartition(spec.name, Partition(0))
    }

    deinit { reader?.close() }

    /// Makes the topic where it is missing, and reads all of it: what was applied last, `nil` where nothing ever was. To be called once,
    /// before `next`.
    public func newest() throws(LogFailure) -> AppliedTopology? {
        close()
        if let difference = try log.ensure([spec]).first(where: \.isFatal) { throw LogFailure(.refused, difference.description) }
        let arrival = arrival
        let reader = try log.makeReader { arrival.signal() }
        self.reader = reader
        try reader.assign(partition, from: try log.bounds(of: partition).start)
        var newest: AppliedTopology?
        for _ in 0..<TopologyTopic.tries {
            newest = try next() ?? newest
            if try reader.isAtEnd(partition) { return newest }
            _ = arrival.wait(timeout: .now() + TopologyTopic.pause)
        }
        throw LogFailure(.unavailable, "reading \(spec.name): its end does not come; the log is asked again")
    }

    /// The newest of what was applied since it was asked last; `nil` where nothing was. Never waits.
    public func next() throws(LogFailure) -> AppliedTopology? {
        guard let reader else { return nil }
        var newest: AppliedTopology?
        while let batch = try reader.next(partition, upTo: TopologyTopic.readBytes) {
            for index in 0..<batch.count {
                newest = AppliedTopology(batch.record(index), version: batch.offset(index)) ?? newest
            }
        }
        return newest
    }

    /// Has every process run `folder`; returns, once that is durable, its version.
    public func append(_ folder: TopologyFolder, at now: EventTime, by address: String) throws(LogFailure) -> Offset {
        var builder = BatchBuilder()
        builder.append(try AppliedTopology.record(of: folder, at: now, by: address))
        guard let offset = try log.append([PartitionBatch(partition, builder.finish())]).first else {
            throw LogFailure(.unknown, "applying \(folder.name): the log did not say where it put it")
        }
        return offset
    }

    /// Ends it; before the log is closed.
    public func close() {
        reader?.close()
        reader = nil
    }
}
