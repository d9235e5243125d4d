internal import Dataflow
internal import EventLog
internal import KeyedState
internal import StreamCore

/// What is told of a task.
extension StageTask {
    /// How far it has committed what it reads of each partition.
    var positions: [TopicPartition: Offset] {
        let committed = (marker?.positions ?? [:]).mapValues(\.resume)
        guard case .running(let stage) = state, let sink = stage.sink else { return committed }
        return committed.merging(sink.confirmed) { $1 }
    }

    /// How far each repartition partition that it reads is no longer needed.
    var spent: [(partition: TopicPartition, below: Offset)] {
        positions.compactMap { partition, position in
            frame.plan.topics.contains { $0.purpose == .repartition && $0.name == partition.topic } ? (partition, position) : nil
        }
    }

    /// The marks that let later stages go on without it, once its quarantine has lasted; asked for once.
    func idleMarks(at now: EventTime) -> [PartitionBatch] {
        guard supervision.isQuarantined, !hasMarkedIdle, now >= supervision.holdEnds else { return [] }
        hasMarkedIdle = true
        let mark = IdleMark.batch(of: id.partition, at: now)
        return frame.plan.shuffles(from: id.stage).flatMap { topic, partitions in
            (0..<partitions).map { PartitionBatch(TopicPartition(topic, Partition($0)), mark) }
        }
    }

    /// What it is doing now.
    func snapshot(slot: Int, at now: EventTime) -> TaskSnapshot {
        var stage: RunningStage?
        var recovery: (read: Int, of: Int)?
        switch state {
        case .resting: break
        case .recovering(let progress): recovery = progress.rows
        case .running(let running): stage = running
        }
        let condition: TaskSnapshot.Condition =
            isPaused
            ? .paused
            : supervision.isQuarantined
                ? .quarantined
                : supervision.awaits != nil ? .waiting : stage != nil ? .running : supervision.failures > 0 ? .backingOff : .recovering
        let sink = stage?.sink.map { TaskSnapshot.Sink(target: $0.target, written: counters.rowsWritten, pending: $0.pendingRows) }
        return TaskSnapshot(
            task: id, slot: slot, condition: condition, awaits: supervision.awaits, recovery: recovery,
            watermark: stage?.program.moment.watermark ?? marker?.watermark ?? .distantPast,
            inlets: stage?.inletSnapshots ?? [], epoch: marker?.epoch ?? .none, epochAt: epochAt, generation: generation,
            recordsIn: counters.recordsIn, recordsOut: counters.recordsOut + counters.rowsWritten, deadLetters: counters.deadLetters,
            late: counters.late, rate: counters.rate(at: now), memory: stage?.scope.memory ?? 0, sink: sink,
            lastFailure: supervision.lastFailure,
            isSettled: work.isEmpty && inFlight == nil && !isDelivering && sink?.pending ?? 0 == 0, failures: supervision.failures)
    }
}
