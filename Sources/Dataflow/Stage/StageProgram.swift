public import KeyedState
public import StreamCore
internal import Wire

/// A stage's steps made for one task: takes batches, keeps state, collects outputs. Synchronous and confined to its task.
///
/// The task (or a replay) feeds it, asks what follows for the watermark, and ends its epochs.
public final class StageProgram {
    /// The stage's id.
    public let stage: String
    /// The task's number.
    public let partition: Partition
    /// What it keeps.
    public let scope: StateScope
    /// What it reads, in the order declared.
    public let inlets: [InletPort]
    private let context: StageContext
    private let failurePoint: FailurePoint
    private let bind: (OutputBinding) -> (topic: String, partitions: Int)
    private var deadLetters: [String: TopicOutput] = [:]
    private var poison: [PoisonRecord: PoisonReason] = [:]
    private var buried: Set<PoisonRecord> = []
    private var deadLettered: [(inlet: InletPort, partition: Int, offset: Offset)] = []
    /// The clocks at the current step.
    public private(set) var moment = Moment(watermark: .distantPast, now: .distantPast)
    /// Whether timers of the wall clock may fire; a task that is catching up says no.
    public var firesProcessingTimers = true
    /// Its way into a target outside the log, where it has one.
    public var sink: SinkPort? { context.sink }
    /// Its way in from outside the log, where it has one.
    public var source: SourcePort? { context.source }
    /// Called with the inlet, the record and the reason for each dead letter; for counters and logs.
    public var onDeadLetter: ((String, Offset, String) -> Void)?

    struct PoisonRecord: Hashable {
        let inlet: Int16
        let partition: Int
        let offset: Int64
    }

    /// Why a record is passed over, and since when it has been failing.
    public struct PoisonReason: Hashable, Sendable {
        /// What its processing said last.
        public let reason: String
        /// How often it was tried.
        public let attempts: Int
        /// When it failed first.
        public let firstSeen: EventTime

        /// A reason of those parts.
        public init(reason: String, attempts: Int, firstSeen: EventTime) {
            self.reason = reason
            self.attempts = attempts
            self.firstSeen = firstSeen
        }
    }

    init(
        stage: StageDraft, job: String, partition: Partition, scope: StateScope,
        bind: @escaping (OutputBinding) -> (topic: String, partitions: Int)
    ) {
        self.stage = stage.id
        self.job = job
        self.partition = partition
        self.scope = scope
        self.bind = bind
        context = StageContext(scope: scope, partition: partition, bind: bind)
        stage.start(context)
        inlets = context.inlets
        failurePoint = context.failurePoint
    }

    private let job: String

    /// Takes the next batch of an inlet and everything that follows from it.
    public func consume(_ batch: RecordBatch, from inlet: InletPort, at now: EventTime) throws(StageFailure) {
        if batch.isEmpty { return }
        failurePoint.origin = nil
        moment.now = now
        inlet.silentSince = nil
        try inlet.consume(batch, self)
        inlet.cursor = batch.next
        try settle(now: now)
    }

    /// Takes what a reader from outside the log gave.
    public func consume(_ yield: SourceYield, at now: EventTime) throws(StageFailure) {
        failurePoint.origin = nil
        moment.now = now
        scope.eventTime = yield.time
        try context.source?.take(yield)
        moment.watermark = max(moment.watermark, yield.time)
        try settle(now: now)
    }

    /// Moves the clocks: watermarks of silent inlets, timers that are due.
    public func tick(at now: EventTime) throws(StageFailure) {
        failurePoint.origin = nil
        moment.now = now
        try settle(now: now)
    }

    /// Ends event time: what waits for a watermark goes now. For bounded input only.
    public func finish(at now: EventTime, upTo end: EventTime = .distantFuture) throws(StageFailure) {
        moment = Moment(watermark: max(moment.watermark, end), now: now)
        moment.end = end
        defer { moment.end = nil }
        try advance()
    }

    private func settle(now: EventTime) throws(StageFailure) {
        var least: EventTime?
        for inlet in inlets {
            inlet.settleWatermark(now: now)
            if inlet.holdsWatermark { least = min(least ?? .distantFuture, inlet.watermark) }
        }
        if let least { moment.watermark = max(moment.watermark, least) }
        try advance()
    }

    private func advance() throws(StageFailure) {
        var visible = Moment(watermark: moment.watermark, now: firesProcessingTimers ? moment.now : .distantPast)
        visible.end = moment.end
        for inlet in inlets { try inlet.advance(visible) }
        scope.watermark = moment.watermark
    }

    /// The least watermark of the inlets beside `inlet`.
    func watermarkOfOthers(than inlet: InletPort) -> EventTime {
        var least = EventTime.distantFuture
        for other in inlets where other !== inlet && other.holdsWatermark { least = min(least, other.watermark) }
        return least
    }

    /// The record whose processing threw, after a `consume` that did; `nil` where no single record is to blame.
    public var failedRecord: (inlet: InletPort, offset: Offset)? {
        guard let origin = failurePoint.origin, origin.inlet >= 0, Int(origin.inlet) < inlets.count else { return nil }
        return (inlets[Int(origin.inlet)], Offset(origin.offset))
    }

    /// From now on that record becomes a dead letter when it is read.
    public func poison(_ offset: Offset, of inlet: String, partition: Int, _ reason: PoisonReason) {
        guard let port = inlets.first(where: { $0.name == inlet }) else { return }
        poison[PoisonRecord(inlet: port.index, partition: partition, offset: offset.number)] = reason
    }

    /// That record's dead letter has been written by an epoch that committed; it is passed over.
    public func bury(_ offset: Offset, of inlet: String, partition: Int) {
        guard let port = inlets.first(where: { $0.name == inlet }) else { return }
        buried.insert(PoisonRecord(inlet: port.index, partition: partition, offset: offset.number))
    }

    /// The records that have become dead letters since the last call.
    public func takeDeadLettered() -> [(inlet: InletPort, partition: Int, offset: Offset)] {
        defer { deadLettered = [] }
        return deadLettered
    }

    func isPoison(_ offset: Offset, _ inlet: InletPort) -> Bool {
        if poison.isEmpty, buried.isEmpty { return false }
        let record = PoisonRecord(inlet: inlet.index, partition: inlet.partition, offset: offset.number)
        return poison[record] != nil || buried.contains(record)
    }

    /// Puts a record into its topic's dead-letter topic, in the epoch being filled.
    func deadLetter(_ index: Int, of batch: RecordBatch, inlet: InletPort, _ reason: String?) {
        let offset = batch.offset(index)
        let key = PoisonRecord(inlet: inlet.index, partition: inlet.partition, offset: offset.number)
        if buried.contains(key) { return }
        // Every task reads a broadcast topic; one of them speaks for all.
        if inlet.kind == .broadcast, partition.index != 0 { return }
        let known = poison[key]
        let reason = reason ?? known?.reason ?? "unknown"
        let output: TopicOutput
        if let open = deadLetters[inlet.name] {
            output = open
        } else {
            let (topic, partitions) = bind(.deadLetters(of: inlet.name))
            output = TopicOutput(topic: topic, partitions: partitions, isRepartition: false, writer: partition)
            deadLetters[inlet.name] = output
        }
        var record = batch.record(index)
        record.headers += [
            Header("dlq.topic", inlet.topic), Header("dlq.partition", "\(inlet.partition)"), Header("dlq.offset", "\(offset)"),
            Header("dlq.job", job), Header("dlq.stage", stage), Header("dlq.reason", reason),
            Header("dlq.attempts", "\(known?.attempts ?? 1)"), Header("dlq.first_seen", (known?.firstSeen ?? moment.now).rfc3339),
        ]
        output.with(key: record.key) { $0.append(record) }
        deadLettered.append((inlet, inlet.partition, offset))
        onDeadLetter?(inlet.name, offset, reason)
    }

    /// How many records came too late for a window or an ordering since the last call.
    public func takeLate() -> Int {
        defer { context.counts.late = 0 }
        return context.counts.late
    }

    /// How many output records and bytes the epoch holds.
    public var pending: (records: Int, bytes: Int) {
        var total = (records: 0, bytes: 0)
        for output in context.outputs { total = (total.records + output.count, total.bytes + output.bytes) }
        for output in deadLetters.values { total = (total.records + output.count, total.bytes + output.bytes) }
        return total
    }

    /// Gives the epoch's outputs away, the writer's marks to later stages included.
    public func drainOutputs() -> [(partition: TopicPartition, batch: RecordBatch)] {
        for output in context.outputs { output.mark(writer: partition.number, promise, step: EventTime.Span(microseconds: 200_000)) }
        return context.outputs.flatMap { $0.drain() } + deadLetters.sorted { $0.key < $1.key }.flatMap { $0.value.drain() }
    }

    /// What later stages are told: the watermark, or that there is nothing to wait for.
    private var promise: EventTime {
        if inlets.contains(where: { $0.holdsWatermark }) { return moment.watermark }
        return moment.watermark > .distantPast && !inlets.contains { $0.isAside } ? moment.watermark : .distantFuture
    }

    /// Whether a later stage is owed a mark, though nothing else happened.
    public var owesMark: Bool {
        context.outputs.contains { $0.owesMark(promise, step: EventTime.Span(microseconds: 200_000)) }
    }

    /// Forgets the outputs of the epoch being filled.
    public func discardOutputs() {
        for output in context.outputs { output.discard() }
        for output in deadLetters.values { output.discard() }
    }

    /// When it next wants a tick for a timer of the wall clock.
    public var nextWake: EventTime {
        firesProcessingTimers ? context.steps.reduce(.distantFuture) { min($0, $1.nextWake()) } : .distantFuture
    }

    /// When, on the wall, silence alone will have moved the watermark to where a step waits for it; `distantFuture` when records must come.
    public var nextWatermarkWake: EventTime {
        let awaited = context.steps.reduce(EventTime.distantFuture) { min($0, $1.awaited()) }
        let shuffles = context.outputs.contains { $0.isRepartition }
        guard awaited < .distantFuture || shuffles else { return .distantFuture }
        var wake = EventTime.distantPast
        for inlet in inlets where inlet.holdsWatermark {
            guard let reach = inlet.reach(shuffles ? min(awaited, moment.watermark.advanced(by: .init(microseconds: 1_000_000))) : awaited)
            else { return .distantFuture }
            wake = max(wake, reach)
        }
        return wake == .distantPast ? .distantFuture : wake
    }

    /// Where it stands in every partition that is its own, for the marker.
    public var positions: [TopicPartition: Marker.Position] {
        var positions: [TopicPartition: Marker.Position] = [:]
        for inlet in inlets where inlet.kind != .broadcast {
            let readTo = max(inlet.cursor, inlet.replayedBelow)
            let held = context.steps.compactMap { $0.oldestHeld(inlet.index) }.min()
            let resume = min(held ?? readTo, inlet.cursor < inlet.replayedBelow ? inlet.cursor : readTo)
            positions[TopicPartition(inlet.topic, Partition(inlet.partition))] = Marker.Position(
                resume: resume, readTo: readTo, newest: inlet.newest, writers: inlet.writers)
        }
        return positions
    }

    /// Takes up where a marker says the last owner stood.
    public func resume(from marker: Marker) {
        moment.watermark = marker.watermark
        scope.watermark = marker.watermark
        for inlet in inlets where inlet.kind != .broadcast {
            guard let position = marker.positions[TopicPartition(inlet.topic, Partition(inlet.partition))] else { continue }
            inlet.cursor = position.resume
            inlet.replayedBelow = position.readTo
            inlet.newest = position.newest
            inlet.writers = position.writers
            inlet.watermark = marker.watermark
        }
    }
}

/// Where a failure happened: noted by the innermost step that saw it.
final class FailurePoint {
    var origin: Origin?
    func note(_ origin: Origin) { if self.origin == nil { self.origin = origin } }
}
