internal import Dataflow
internal import EventLog
internal import KeyedState
internal import Sinks
internal import StreamCore

/// A task between a start and the next failure: its program, its scope, its reader. Made on a restore thread, since the log is asked where
/// to begin; from then on confined to the slot's.
final class RunningStage {
    let program: StageProgram
    let scope: StateScope
    let store: any TaskStore
    /// How far its rows are, where it writes into a target outside the log.
    let sink: SinkProgress?
    /// What it reads from outside the log, where it does.
    let feed: SourceFeed?
    private let reader: any LogReader
    private var sources: [Source]
    /// Where sources outside the log say how far they have come, and for which inlets.
    private let leaders: [(partition: TopicPartition, inlet: InletPort)]
    /// Where the records lie that have become dead letters and may be read again.
    private var letterOffsets: [TopicPartition: Set<Offset>]
    private var consumed = 0
    private var isClosed = false
    /// Whether the last step looked at everything that it reads and found nothing.
    private(set) var hasSeenAll = false
    private var heldMemory = 0
    /// Timers of the wall clock wait until the backlog seen at the start has been read, or this.
    private let backlogDeadline: EventTime
    private var lastMarkAt: EventTime

    /// How far in event time one inlet may run ahead of another.
    private static let lead = EventTime.Span(microseconds: 60_000_000)

    /// One partition being read for one inlet.
    private struct Source {
        let inlet: InletPort
        let partition: TopicPartition
        var isAtEnd = false
        /// After the last record read. An inlet's cursor does not say so where it is broadcast: that stands for several partitions.
        var position = Offset.zero
        /// Where it began.
        var start = Offset.zero
    }

    init(
        _ id: TaskID, _ frame: TaskFrame, store: any TaskStore, marker: Marker?, _ supervision: Supervision, owner: SinkOwner,
        waking wake: @escaping @Sendable () -> Void, at now: EventTime
    ) throws(StageFailure) {
        scope = StateScope(store: store, defaultTTL: frame.bindings.stateTTL.map { EventTime.Span($0) })
        self.store = store
        lastMarkAt = now
        letterOffsets = marker?.buried ?? [:]
        backlogDeadline = now.advanced(by: EventTime.Span(microseconds: 30_000_000))
        let program: StageProgram?
        do throws(GraphFailure) {
            program = try frame.deployment.graph().program(id.stage, partition: id.partition, scope: scope) { [frame] in
                frame.plan.output($0, frame.bindings)
            }
        } catch {
            throw StageFailure("building \(id): \(error)", blame: .job, remedy: .stop)
        }
        guard let program else { throw StageFailure("building \(id): the job has no stage \(id.stage)", blame: .job, remedy: .stop) }
        self.program = program
        program.firesProcessingTimers = false
        var sources: [Source] = []
        for inlet in program.inlets {
            sources += RunningStage.partitions(of: inlet, id, frame).map { Source(inlet: inlet, partition: $0) }
        }
        self.sources = sources
        leaders = sources.filter { $0.inlet.kind == .partitioned }.flatMap { source in
            let topic = source.inlet.settings.leader
            return (0..<(topic?.partitions ?? 0)).map { (TopicPartition(topic?.name ?? "", Partition($0)), source.inlet) }
        }
        let own = sources.filter { $0.inlet.kind != .broadcast }.map(\.partition)
        sink = if let port = program.sink { try SinkProgress(port, own, owner, frame.settings, at: now) } else { nil }
        feed = if let port = program.source { try SourceFeed(port, clock: frame.clock, waking: wake) } else { nil }
        do throws(LogFailure) {
            reader = try frame.log.makeReader(of: id.job, waking: wake)
            try place(frame, marker)
        } catch {
            feed?.close()
            throw StageFailure("beginning to read", error)
        }
        for (record, reason) in supervision.poisoned {
            program.poison(record.offset, of: record.inlet, partition: record.partition, reason)
        }
        for (partition, offsets) in marker?.buried ?? [:] {
            guard let source = sources.first(where: { $0.partition == partition }) else { continue }
            for offset in offsets { program.bury(offset, of: source.inlet.name, partition: partition.partition.index) }
        }
    }

    /// What an inlet reads for that task; tells the inlet how.
    private static func partitions(of inlet: InletPort, _ id: TaskID, _ frame: TaskFrame) -> [TopicPartition] {
        if inlet.kind == .repartition {
            inlet.settings.ahead = nil
            inlet.writerCount = frame.plan.stages.first { $0.logical.id == id.stage }?.writers[inlet.name] ?? 0
            return [bound(inlet, TopicPartition(PhysicalPlan.repartitionTopic(job: id.job, step: inlet.name), id.partition))]
        }
        guard let binding = frame.bindings.inlets[inlet.name] else { return [] }
        inlet.settings = binding.settings
        if inlet.kind == .partitioned { return [bound(inlet, TopicPartition(binding.topic.name, id.partition))] }
        return (0..<binding.topic.partitions).map { bound(inlet, TopicPartition(binding.topic.name, Partition($0))) }
    }

    private static func bound(_ inlet: InletPort, _ partition: TopicPartition) -> TopicPartition {
        inlet.topic = partition.topic
        inlet.partition = partition.partition.index
        return partition
    }

    /// Places the reader: where its target says, else where the marker does, else where the inlet is to begin.
    private func place(_ frame: TaskFrame, _ marker: Marker?) throws(LogFailure) {
        if let marker { program.resume(from: marker) }
        for (index, source) in sources.enumerated() {
            let start: Offset
            let known = sink.map { $0.confirmed[source.partition] } ?? marker?.positions[source.partition]?.resume
            if source.inlet.kind == .broadcast {
                start = try frame.log.resolve(.earliest, in: source.partition)
            } else if let known {
                start = known
            } else {
                let wanted = frame.bindings.inlets[source.inlet.name]?.start ?? .earliest
                start = try frame.log.resolve(wanted == .latest ? .latest : .earliest, in: source.partition)
            }
            if source.inlet.kind != .broadcast { source.inlet.begin(at: start) }
            (sources[index].position, sources[index].start) = (start, start)
            try reader.assign(source.partition, from: start)
        }
        // The last word holds for who hears it again; beside it a mark of its transaction may stand.
        for partition in Set(leaders.map(\.partition)) {
            let bounds = try frame.log.bounds(of: partition)
            try reader.assign(partition, from: max(bounds.start, Offset(bounds.committed.number - 2)))
        }
    }

    /// Hears how far sources outside the log have come. Returns how many words.
    private func hear(_ bytes: Int) throws(StageFailure) -> Int {
        var count = 0
        for partition in Set(leaders.map(\.partition)) {
            do throws(LogFailure) {
                guard let batch = try reader.next(partition, upTo: bytes), let last = (0..<batch.count).map({ batch.time($0) }).max() else {
                    continue
                }
                count += batch.count
                for leader in leaders where leader.partition == partition { leader.inlet.led(upTo: last) }
            } catch {
                throw StageFailure("reading \(partition)", error)
            }
        }
        return count
    }

    /// Reads at most one batch of each partition, the one furthest behind in event time first. Returns how many records.
    func step(at now: EventTime, _ bytes: Int) throws(StageFailure) -> Int {
        var (read, passedOver) = (leaders.isEmpty ? 0 : try hear(bytes), false)
        hasSeenAll = false
        let waitsForBroadcast = sources.contains { $0.inlet.kind == .broadcast && $0.inlet.settings.readToEnd && !$0.isAtEnd }
        var order = Array(sources.indices)
        if order.count > 1 { order.sort { sources[$0].inlet.watermark < sources[$1].inlet.watermark } }
        let pace = sources.reduce(EventTime.distantFuture) {
            $1.inlet.silentSince == nil && $1.inlet.paces ? min($0, $1.inlet.watermark) : $0
        }
        for index in order where !waitsForBroadcast || sources[index].inlet.kind == .broadcast {
            // Far ahead of a sibling that still has records: it would only fill buffers and windows.
            if sources[index].inlet.paces, sources[index].inlet.watermark > pace.advanced(by: RunningStage.lead) {
                passedOver = true
                continue
            }
            read += try take(index, at: now, bytes)
        }
        if let yield = try feed?.take() {
            try program.consume(yield, at: now)
            read += max(1, yield.count)
        }
        if read == 0 { try program.tick(at: now) }
        if !program.firesProcessingTimers, now >= backlogDeadline || sources.allSatisfy(\.isAtEnd) { program.firesProcessingTimers = true }
        hasSeenAll = read == 0 && !passedOver && !waitsForBroadcast
        return read
    }

    private func take(_ index: Int, at now: EventTime, _ bytes: Int) throws(StageFailure) -> Int {
        let source = sources[index]
        guard let batch = try next(index, at: now, bytes) else { return 0 }
        source.inlet.partition = source.partition.partition.index
        try program.consume(batch, from: source.inlet, at: now)
        sources[index].position = batch.next
        if source.inlet.kind != .broadcast { consumed += batch.count }
        sink?.read(batch.byteCount)
        return batch.count
    }

    private func next(_ index: Int, at now: EventTime, _ bytes: Int) throws(StageFailure) -> RecordBatch? {
        let source = sources[index]
        do throws(LogFailure) {
            if let batch = try reader.next(source.partition, upTo: bytes) { return batch }
            // A broadcast inlet stands for several partitions: each has an end of its own.
            let isNews = !source.isAtEnd || source.inlet.silentSince == nil
            if isNews || source.inlet.awaitsEnd, try reader.isAtEnd(source.partition) {
                sources[index].isAtEnd = true
                source.inlet.reachedEnd(at: now)
                source.inlet.sawEnd()
                if source.inlet.awaitsEnd, try reader.isAtEnd(source.partition) { source.inlet.sawEnd() }
            }
            return nil
        } catch {
            throw StageFailure("reading \(source.partition)", error)
        }
    }

    /// Frees decoded objects beyond `budget` bytes. What cannot be freed yet is not looked at again until a twentieth has been added.
    func bound(to budget: Int, afresh: Bool = false) {
        if afresh { heldMemory = 0 }
        guard scope.memory > max(budget, heldMemory) else { return }
        scope.evict(to: budget - budget / 10)
        heldMemory = scope.memory + budget / 20
    }

    /// What the epoch being filled holds.
    var work: EpochMachine.Work {
        if sink?.isBacklogged == true { return EpochMachine.Work() }
        let pending = program.pending
        let changes = scope.changes
        return EpochMachine.Work(
            isEmpty: consumed == 0 && pending.records == 0 && changes == 0 && !program.owesMark, bytes: pending.bytes, changes: changes)
    }

    /// When something is due though nothing arrives.
    var nextWake: EventTime {
        min(
            program.nextWake, program.nextWatermarkWake, program.firesProcessingTimers ? .distantFuture : backlogDeadline,
            sink?.nextWake ?? .distantFuture)
    }

    /// Ends the epoch: outputs, changes and marker, encoded.
    func freeze(_ epoch: Epoch, _ generation: Generation, of owner: StageTask) -> FrozenEpoch {
        let id = owner.id
        let outputs = program.drainOutputs().map { PartitionBatch($0.partition, $0.batch) }
        var marker = Marker(
            epoch: epoch, generation: generation, watermark: program.moment.watermark, positions: program.positions,
            outputs: outputs.reduce(0) { $0 + $1.batch.count }, changes: 0, hash: 0, at: program.moment.now)
        // Not `readTo`, which a task that reads again has yet to come to.
        let delivery = sink?.freeze(at: marker.positions.mapValues(\.resume))
        for source in sources {
            // What the target has not is read again.
            if let sink { marker.positions[source.partition]?.resume = sink.confirmed[source.partition] ?? source.start }
        }
        let letters = program.takeDeadLettered()
        let taken = feed == nil ? nil : sourcePosition
        marker.buried = buried(with: letters, marker)
        scope.freezeTime = program.moment.now
        var changelog = BatchBuilder(capacity: 16_384)
        let batch = scope.freeze(&changelog) { builder in
            var digest = EpochDigest()
            unsafe builder.forEach { unsafe digest.add($0, $1) }
            marker.changes = digest.count
            marker.hash = digest.value
            builder.append(key: Marker.key, value: marker.bytes, time: scope.freezeTime)
            return builder.finish()
        }
        consumed = 0
        let deadLetters = letters.map {
            Supervision.Record(inlet: $0.inlet.name, topic: $0.inlet.topic, partition: $0.partition, offset: $0.offset)
        }
        return FrozenEpoch(
            task: id, owner: owner, outputs: outputs, changelog: PartitionBatch(id.changelog, batch), marker: marker,
            deadLetters: deadLetters,
            late: program.takeLate(), stage: Confined(self), delivery: delivery, sourcePosition: taken)
    }

    /// How far what is read from outside the log has come; it was set in the epoch, so it is in memory.
    private var sourcePosition: String? {
        do throws(StageFailure) { return try program.source?.position() } catch { return nil }
    }

    /// The records with a dead letter that the next run may read again.
    private func buried(
        with letters: [(inlet: InletPort, partition: Int, offset: Offset)], _ marker: Marker
    ) -> [TopicPartition: Set<Offset>] {
        for letter in letters {
            letterOffsets[TopicPartition(letter.inlet.topic, Partition(letter.partition)), default: []].insert(letter.offset)
        }
        for (partition, offsets) in letterOffsets {
            guard let resume = marker.positions[partition]?.resume else { continue }
            let left = offsets.filter { $0 >= resume }
            letterOffsets[partition] = left.isEmpty ? nil : left
        }
        return letterOffsets
    }

    /// The record whose processing threw last.
    var failedRecord: Supervision.Record? {
        program.failedRecord.map {
            Supervision.Record(inlet: $0.inlet.name, topic: $0.inlet.topic, partition: $0.inlet.partition, offset: $0.offset)
        }
    }

    var inletSnapshots: [TaskSnapshot.Inlet] {
        sources.map { source in
            let end = isClosed ? nil : reader.knownEnd(source.partition)?.number
            return TaskSnapshot.Inlet(
                name: source.inlet.name, partition: source.partition, position: source.position,
                lag: end.map { max(0, $0 - (sink.map { $0.confirmed[source.partition] ?? source.start } ?? source.position).number) } ?? 0,
                watermark: source.inlet.watermark)
        }
    }

    /// Stops reading; its scope is still to be rewound.
    func close() {
        if isClosed { return }
        isClosed = true
        feed?.close()
        reader.close()
    }
}
