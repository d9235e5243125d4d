internal import Dataflow
internal import EventLog
internal import KeyedState
internal import Savepoints
internal import StreamCore
internal import Threads

/// What savepoints ask of a task, by mail. Reading its rows takes its slot's thread for as long as that lasts.
extension StageTask {
    /// Everything committed, and what is on its way here through shuffles. The tasks that write to those must stand still.
    func image() async throws(StageFailure) -> TaskImage {
        let (store, marker) = try await committedStore()
        var inFlight: [TaskImage.InFlight] = []
        for partition in shuffles {
            let position = marker?.positions[partition]
            inFlight.append(try await asking { [frame] () throws(StageFailure) in try pendingRecords(in: partition, position, frame) })
        }
        return TaskImage(task: id, marker: marker, rows: try StoredRows(of: store), inFlight: inFlight)
    }

    /// Stops here, closed until `reload`, and says what epoch would bring the image back. Nothing is changed yet.
    func restoration(of image: TaskImage, keepingPositions: Bool, at now: EventTime) async throws(StageFailure) -> Restoration {
        let (store, present) = try await rest()
        var positions = image.marker?.positions ?? [:]
        var watermark = image.marker?.watermark ?? .distantPast
        var outputs: [PartitionBatch] = []
        if keepingPositions {
            positions = present?.positions ?? [:]
            watermark = present?.watermark ?? .distantPast
        } else {
            let crossing = Set(shuffles)
            for (partition, position) in positions where !crossing.contains(partition) {
                try check(position, in: partition, try await bounds(of: partition))
            }
            for flight in image.inFlight {
                positions[flight.partition] = moved(positions[flight.partition], flight, to: try await bounds(of: flight.partition).end)
                outputs += flight.batches.map { PartitionBatch(flight.partition, $0) }
            }
        }
        return try Restoration(
            of: image, over: try StoredRows(of: store), after: present, positions: positions, watermark: watermark, outputs: outputs,
            at: now)
    }

    /// The partitions of shuffles that it reads.
    private var shuffles: [TopicPartition] {
        let writers = frame.plan.stages.first { $0.logical.id == id.stage }?.writers ?? [:]
        return writers.keys.sorted().map { TopicPartition(PhysicalPlan.repartitionTopic(job: id.job, step: $0), id.partition) }
    }

    /// What was on its way follows what the shuffle holds now, and reading begins there: what has been sent since is sent again anyway.
    private func moved(_ old: Marker.Position?, _ flight: TaskImage.InFlight, to end: Offset) -> Marker.Position {
        Marker.Position(
            resume: end, readTo: end.advanced(by: flight.read), newest: old?.newest ?? .distantPast, writers: old?.writers ?? [:])
    }

    private func check(_ position: Marker.Position, in partition: TopicPartition, _ bounds: PartitionBounds) throws(StageFailure) {
        guard position.resume < bounds.start || position.readTo > bounds.end else { return }
        throw StageFailure(
            "the savepoint of \(id) stands at offset \(position.resume) of \(partition), which holds \(bounds.start) to \(bounds.end); "
                + "restoring with --keep-positions takes its state alone", blame: .record, remedy: .stop)
    }

    private func bounds(of partition: TopicPartition) async throws(StageFailure) -> PartitionBounds {
        try await asking { [frame, id] () throws(StageFailure) in
            do throws(LogFailure) {
                return try frame.log.bounds(of: partition)
            } catch {
                throw StageFailure("reading the log for a savepoint of \(id)", error)
            }
        }
    }

    /// Asks the log on a restore thread: the slot's must not wait for it.
    private func asking<Answer: Sendable>(
        _ body: @escaping @Sendable () throws(StageFailure) -> Answer
    ) async throws(StageFailure) -> Answer {
        try await frame.restorers.run { Result { () throws(StageFailure) in try body() } }.get()
    }

    /// The rows of `state` that are not what the image has, at most `limit` of them rendered.
    func differences(of state: String, since image: TaskImage, limit: Int) async throws(StageFailure) -> StateDifferences {
        let (scope, store) = try await committedRows()
        let prefix = StateScope.prefix(of: state)
        var found = StateDifferences()
        try image.rows.beginning(with: prefix).changes(to: try StoredRows(of: store, prefix: prefix)) {
            key, before, after throws(StageFailure) in
            found.count(before != nil, after != nil)
            guard found.rows.count < limit else { return }
            let old = try before.map { value throws(StageFailure) in try scope.rendered(key, value, of: state) }
            let new = try after.map { value throws(StageFailure) in try scope.rendered(key, value, of: state) }
            found.rows.append(StateDifferences.Row(task: id, before: old, after: new))
        }
        return found
    }
}

/// The committed records of a shuffle's partition that its reader has yet to read. Blocks.
private func pendingRecords(
    in partition: TopicPartition, _ position: Marker.Position?, _ frame: TaskFrame
) throws(StageFailure) -> TaskImage.InFlight {
    let bounds: PartitionBounds
    var reader: PatientReader
    do throws(LogFailure) {
        bounds = try frame.log.bounds(of: partition)
        reader = try PatientReader(
            frame.log, partition, from: max(position?.resume ?? bounds.start, bounds.start), patience: frame.settings.recoveryPatience,
            clock: frame.clock, RecoveryProgress())
    } catch {
        throw StageFailure("reading \(partition) for a savepoint", error)
    }
    defer { reader.close() }
    var batches: [RecordBatch] = []
    var read = 0
    while let batch = try reader.next(for: { "offset \(bounds.committed)" }, enough: { $0 >= bounds.committed }) {
        var copy = BatchBuilder(capacity: batch.byteCount)
        for index in 0..<batch.count {
            copy.append(index, of: batch)
            if let position, batch.offset(index) < position.readTo { read += 1 }
        }
        batches.append(copy.finish())
    }
    return TaskImage.InFlight(partition: partition, batches: batches, read: read)
}
