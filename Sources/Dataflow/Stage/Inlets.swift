public import StreamCore
internal import Wire

/// How the topology wants an inlet read.
public struct InletSettings: Hashable, Sendable {
    /// How much older than the newest a record may be and still be on time.
    public var lateness = EventTime.Span.zero
    /// How long a partition read to its end must be silent before its watermark follows the clock.
    public var idleAfter = EventTime.Span(microseconds: 500_000)
    /// Whether, once that silent, it has no say in the watermark instead: for what changes seldom beside what comes all the time.
    public var stepsAside = false
    /// The topic in which the source of the inlet's topic says how far it has come, where there is one: time passes in silence as that
    /// says, and never by the clock alone.
    public var leader: JobBindings.Topic?
    /// How far beyond the clock an event time may lie; `nil` where there is no clock (a replay).
    public var ahead: EventTime.Span? = EventTime.Span(microseconds: 3_600_000_000)
    /// Whether a broadcast inlet is read whole before the first main record.
    public var readToEnd = false

    /// The defaults.
    public init() {}
}

/// A stage's view of one partition that its task reads: where it stands, and what that means for event time.
public final class InletPort {
    /// What sort of topic stands behind an inlet.
    public enum Kind: Hashable, Sendable {
        /// The task's own partition of a bound topic.
        case partitioned
        /// Every partition of a bound topic, from its start, at every start; holds no watermark back.
        case broadcast
        /// The task's own partition of the topic that another stage of the job shuffles through.
        case repartition
    }

    /// The inlet's name in the job, or the id of the step that shuffles.
    public let name: String
    /// What stands behind it.
    public let kind: Kind
    /// How it is read; set before the first record.
    public var settings = InletSettings()
    /// Its index among the stage's inlets.
    public internal(set) var index: Int16 = 0
    /// Whether no other job reads beside it, so that what another would make a dead letter of is one here; set before the first record.
    public var isAlone = false
    /// The topic bound to it, and the partition of it; set before the first record.
    public var topic = ""
    /// The partition of the topic; of a broadcast inlet the one being read.
    public var partition = 0
    /// After the last record read since this start: where reading goes on.
    public internal(set) var cursor = Offset.zero
    /// The newest event time seen.
    public internal(set) var newest = EventTime.distantPast
    /// The last word of each writing task, where it is a repartition topic.
    public internal(set) var writers: [Int32: EventTime] = [:]
    /// How many tasks write to it, where it is a repartition topic.
    public var writerCount = 0
    /// Its watermark.
    public internal(set) var watermark = EventTime.distantPast
    /// Whether it has been silent for long enough to have no say.
    private(set) var isAside = false
    /// Records below this were read before a restart: they refill ordering buffers and do nothing else.
    var replayedBelow = Offset.zero
    /// Since when, on the wall, it has been read to its end; `nil` while there is more.
    public internal(set) var silentSince: EventTime?

    /// What the source of its topic has said and is not believed yet, and how often the end of the partition was seen since.
    private var said: (time: EventTime, ends: Int, later: EventTime?)?
    /// Up to when the source of its topic has told everything, and all of that has been read; `nil` before its first word.
    private var promised: EventTime?

    /// Takes a batch of its records.
    var consume: (RecordBatch, StageProgram) throws(StageFailure) -> Void = { _, _ in }
    /// The event time that a record of a batch has for the job; `nil` where it says nothing to this inlet, or cannot be decoded.
    var timeOf: (Int, RecordBatch) -> EventTime? = { index, batch in batch.time(index) }
    /// Tells the steps behind it that the clocks have moved.
    let advance: (Moment) throws(StageFailure) -> Void

    init(_ name: String, _ kind: Kind, advance: @escaping (Moment) throws(StageFailure) -> Void) {
        self.name = name
        self.kind = kind
        self.advance = advance
    }

    /// The event time that record `index` has for the job, decoded for that alone: what inputs are merged by.
    public func eventTime(_ index: Int, of batch: RecordBatch) -> EventTime? { timeOf(index, batch) }

    /// Whether its progress in event time means anything beside its siblings'.
    public var paces: Bool { kind != .broadcast && newest > .distantPast }

    /// Whether it has a say in the task's watermark: a log that holds nothing has none.
    var holdsWatermark: Bool {
        if kind == .broadcast || isAside { return false }
        // A repartition topic that is empty is one whose writers have not spoken yet; one that has nothing to wait for says so.
        if kind != .repartition, silentSince != nil, newest == .distantPast { return false }
        return !(!writers.isEmpty && writers.count == writerCount && writers.values.allSatisfy { $0 == .distantFuture })
    }

    /// Told that everything has been read (`since` that instant) or, with `nil`, that there is more.
    public func reachedEnd(at instant: EventTime?) {
        if instant == nil || silentSince == nil { silentSince = instant }
    }

    /// A writing task's word. One that was idle may come back with an older promise; what it sends then may be late.
    func heard(_ writer: Int32, _ watermark: EventTime) {
        writers[writer] = writers[writer].map { $0 == .distantFuture ? watermark : max($0, watermark) } ?? watermark
    }

    /// The word of its topic's source, in its leader's topic: what happened before `time` is in the topic.
    public func led(upTo time: EventTime) {
        guard let before = said else { return said = (time, 0, nil) }
        said?.later = max(before.later ?? time, time)
    }

    /// Whether its end has to be looked for although it has been seen: a word is believed once all that was there by then has been read.
    public var awaitsEnd: Bool { said != nil }

    /// The end of the partition has been seen. The first time it may have been looked for before the word was heard.
    public func sawEnd() {
        guard let word = said else { return }
        if word.ends == 0 { return said = (word.time, 1, word.later) }
        promised = max(promised ?? word.time, word.time)
        said = word.later.map { ($0, 0, nil) }
    }

    /// Begins at an offset where no marker says otherwise.
    public func begin(at offset: Offset) { cursor = offset }

    /// When silence alone will have moved the watermark to `time`; `nil` while there are records to read.
    func reach(_ time: EventTime) -> EventTime? {
        guard let since = silentSince, newest > .distantPast, settings.ahead != nil, settings.leader == nil else { return nil }
        if settings.stepsAside { return since.advanced(by: settings.idleAfter) }
        let silence = time.advanced(by: settings.lateness).since(newest.justBefore)
        return since.advanced(by: max(silence, settings.idleAfter, .zero))
    }

    /// Moves the watermark to what the records, the writers and the silence allow; it never goes back.
    func settleWatermark(now: EventTime) {
        // Until the ordering buffers hold again what they held, the promise stays what it was.
        if cursor < replayedBelow { return }
        if kind == .repartition {
            guard writers.count >= writerCount, let least = writers.values.filter({ $0 != .distantFuture }).min() else { return }
            watermark = max(watermark, least)
            return
        }
        isAside = false
        guard newest > .distantPast else { return }
        watermark = max(watermark, newest.advanced(by: -settings.lateness).justBefore)
        if settings.leader != nil {
            if let promised { watermark = max(watermark, promised.advanced(by: -settings.lateness).justBefore) }
            return
        }
        guard let since = silentSince else { return }
        let silence = now.since(since)
        if silence >= settings.idleAfter, settings.ahead != nil {
            if settings.stepsAside {
                isAside = true
                return
            }
            watermark = max(watermark, newest.advanced(by: silence).advanced(by: -settings.lateness).justBefore)
        }
    }
}

extension EventTime {
    /// Instants to which windows, lateness and times to live can be added without leaving what fits: some 36,000 years either way.
    static let reckonable = EventTime(microseconds: -1 << 60)...EventTime(microseconds: 1 << 60)

    /// The instant one microsecond earlier: what a watermark is when everything before this has come.
    @inlinable var justBefore: EventTime {
        self == .distantPast || self == .distantFuture ? self : EventTime(microseconds: microseconds - 1)
    }
}
