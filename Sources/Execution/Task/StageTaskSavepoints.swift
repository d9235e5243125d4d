internal import Dataflow
internal import EventLog
internal import KeyedState
internal import Savepoints
internal import StreamCore

/// What savepoints ask of a task, by mail. Reading its rows takes its slot's thread for as long as that lasts.
extension StageTask {
    /// Everything committed, and what is on its way here through shuffles. The tasks that write to those must stand still.
    func image(at now: EventTime) async throws(StageFailure) -> TaskImage {
        let (store, marker) = try await committedStore(at: now)
        var inFlight: [TaskImage.InFlight] = []
        for partition in shuffles { inFlight.append(try pending(in: partition, marker?.positions[partition])) }
        return TaskImage(task: id, marker: marker, rows: try StoredRows(of: store), inFlight: inFlight)
    }

    /// Stops here, closed until `reload`, and says what epoch would bring the image back. Nothing is changed yet.
    func restoration(of image: TaskImage, keepingPositions: Bool, at now: EventTime) async throws(StageFailure) -> Restoration {
        let (store, present) = try await rest(at: now)
        var positions = image.marker?.positions ?? [:]
        var watermark = image.marker?.watermark ?? .distantPast
        var outputs: [PartitionBatch] = []
        if keepingPositions {
            positions = present?.positions ?? [:]
            watermark = present?.watermark ?? .distantPast
        } else {
            let crossing = Set(shuffles)
            for (partition, position) in positions where !crossing.contains(partition) { try check(position, in: partition) }
            for flight in image.inFlight {
                positions[flight.partition] = try moved(positions[flight.partition], flight)
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

    private func pending(in partition: TopicPartition, _ position: Marker.Position?) throws(StageFailure) -> TaskImage.InFlight {
        try asking { () throws(LogFailure) in
            let bounds = try frame.log.bounds(of: partition)
            let reader = try frame.log.makeReader(waking: {})
            defer { reader.close() }
            try reader.assign(partition, from: max(position?.resume ?? bounds.start, bounds.start))
            var batches: [RecordBatch] = []
            var read = 0
            while let batch = try reader.next(partition, upTo: 1 << 20) {
                var copy = BatchBuilder(capacity: batch.byteCount)
                for index in 0..<batch.count {
                    copy.append(index, of: batch)
                    if let position, batch.offset(index) < position.readTo { read += 1 }
                }
                batches.append(copy.finish())
            }
            return TaskImage.InFlight(partition: partition, batches: batches, read: read)
        }
    }

    /// What was on its way follows what the shuffle holds now, and reading begins there: what has been sent since is sent again anyway.
    private func moved(_ old: Marker.Position?, _ flight: TaskImage.InFlight) throws(StageFailure) -> Marker.Position {
        let end = try asking { () throws(LogFailure) in try frame.log.bounds(of: flight.partition).end }
        return Marker.Position(
            resume: end, readTo: end.advanced(by: flight.read), newest: old?.newest ?? .distantPast, writers: old?.writers ?? [:])
    }

    private func check(_ position: Marker.Position, in partition: TopicPartition) throws(StageFailure) {
        let bounds = try asking { () throws(LogFailure) in try frame.log.bounds(of: partition) }
        guard position.resume < bounds.start || position.readTo > bounds.end else { return }
        throw StageFailure(
            "the savepoint of \(id) stands at offset \(position.resume) of \(partition), which holds \(bounds.start) to \(bounds.end); "
                + "restoring with --keep-positions takes its state alone", blame: .record, remedy: .stop)
    }

    private func asking<Result>(_ body: () throws(LogFailure) -> Result) throws(StageFailure) -> Result {
        do throws(LogFailure) {
            return try body()
        } catch {
            throw StageFailure("reading the log for a savepoint of \(id): \(error)", blame: .system)
        }
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
