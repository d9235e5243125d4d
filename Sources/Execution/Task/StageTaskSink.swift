internal import Dataflow
internal import Metrics
internal import Sinks
internal import StreamCore
internal import Threads

/// How a task's rows reach a target outside the log.
extension StageTask {
    /// Has what waits written on the door's thread, one epoch at a time.
    func deliver(_ stage: RunningStage) {
        guard let delivery = stage.sink?.next() else { return }
        post(delivery, of: stage)
    }

    /// Where the target has been left alone for a while, has it asked whether it still stands where it was left.
    func check(_ stage: RunningStage, at now: EventTime) {
        guard inFlight == nil, let delivery = stage.sink?.check(at: now) else { return }
        post(delivery, of: stage)
    }

    private func post(_ delivery: SinkDelivery, of stage: RunningStage) {
        guard let door = frame.door else { return }
        isDelivering = true
        let began = frame.clock()
        door.post { [self, frame, stage = Confined(stage)] in
            let outcome = Result { () throws(SinkFailure) in try delivery.run(frame.settings.fault) }
            executor.post { [self] in assumeIsolated { $0.delivered(delivery, outcome, stage.value, began: began) } }
        }
    }

    private func delivered(_ delivery: SinkDelivery, _ outcome: Result<Void, SinkFailure>, _ stage: RunningStage, began: EventTime) {
        isDelivering = false
        defer { settle() }
        let now = frame.clock()
        stage.sink?.ended(at: now)
        guard !isLost, case .running(let current) = state, current === stage, let sink = stage.sink else { return }
        switch outcome {
        case .success:
            sink.written(delivery)
            counters.rowsWritten += delivery.batch.count
            frame.rows.add(delivery.batch.count)
            frame.deliveries.observe(now.since(began).duration)
            owedRows = [:]
            madeProgress()
            deliver(stage)
        case .failure(let failure):
            for move in delivery.step.moves { owedRows[move.partition] = move.to }
            let doing =
                delivery.isCheck
                ? "asking \(sink.target) whether it stands where it was left" : "writing \(delivery.batch.count) rows to \(sink.target)"
            if bury(failure, delivery, stage, at: now) { return }
            stop(stage, StageFailure(doing, failure), nil, at: now)
        }
    }

    /// Where rows are refused, begins again at once, to put their records into the dead letters and go on without them. `false` where no
    /// record is to blame.
    private func bury(_ failure: SinkFailure, _ delivery: SinkDelivery, _ stage: RunningStage, at now: EventTime) -> Bool {
        guard case .refused(let rows) = failure.kind else { return false }
        var records: [Supervision.Record: String] = [:]
        for row in rows where delivery.batch.origins.indices.contains(row.index) {
            let origin = delivery.batch.origins[row.index]
            guard origin.inlet >= 0, Int(origin.inlet) < stage.program.inlets.count else { continue }
            let inlet = stage.program.inlets[Int(origin.inlet)]
            let record = Supervision.Record(
                inlet: inlet.name, topic: inlet.topic, partition: inlet.partition, offset: Offset(origin.offset))
            records[record] = row.reason
        }
        if records.isEmpty { return false }
        state = .resting
        stage.close()
        supervision.refused(records, at: now)
        return true
    }
}
