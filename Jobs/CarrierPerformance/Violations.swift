internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Says of each violation of hours of service, once, that it counts for its driver and for the carrier that the driver works for then;
/// moves it when a correction does, and takes it back when it is retracted.
///
/// For whom a driver works comes from another topic than what the driver did, so both wait for the watermark and count in the order of their
/// time.
struct Violations: KeyedProcess {
    private let window: RollingWindow
    private let conducts: ValueState<EntityID, Conduct>
    private let due: TimerState<EntityID>
    private let notes: EventTimeQueue<EntityID, DriverNote>

    /// A violation that counts.
    struct Standing: Hashable, Sendable, Storable {
        let id: EntityID
        var at: EventTime
        /// For whom, beside the driver; nil while that is not known.
        var carrier: EntityID?

        init(_ id: EntityID, at: EventTime, _ carrier: EntityID?) {
            self.id = id
            self.at = at
            self.carrier = carrier
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            id = try EntityID(from: &reader, version: version)
            at = try EventTime(from: &reader, version: version)
            carrier = try EntityID?(from: &reader, version: version)
        }

        func store(into writer: inout ByteWriter) {
            id.store(into: &writer)
            at.store(into: &writer)
            carrier.store(into: &writer)
        }

        var json: JSON { .object(["violation_id": id.json, "at": at.json, "carrier_id": carrier.json]) }
    }

    /// What is known of a driver.
    struct Conduct: Hashable, Sendable, Storable {
        var carrier: EntityID?
        var standing: [Standing] = []

        init() {}

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            carrier = try EntityID?(from: &reader, version: version)
            standing = try [Standing](from: &reader, version: version)
        }

        func store(into writer: inout ByteWriter) {
            carrier.store(into: &writer)
            standing.store(into: &writer)
        }

        var json: JSON { .object(["carrier_id": carrier.json, "violations": standing.json]) }

        /// Takes a note in; says what that adds to whose counts. What began before `start` is over for the window, and forgotten.
        mutating func take(_ content: DriverNote.Content, of driver: EntityID, since start: EventTime) -> [Count] {
            standing.removeAll { $0.at < start }
            switch content {
            case .works(let carrier):
                self.carrier = carrier
                guard let carrier else { return [] }
                var counts: [Count] = []
                for index in standing.indices where standing[index].carrier == nil {
                    standing[index].carrier = carrier
                    counts.append(Count(of: carrier, .carrier, at: standing[index].at, Conduct.one))
                }
                return counts
            case .violation(let id, let at, stands: true):
                let index = standing.firstIndex { $0.id == id }
                let before = index.map { standing[$0] }
                if before?.at == at { return [] }
                let less = before.map { counts(of: driver, $0.carrier, at: $0.at, -Conduct.one) } ?? []
                if at < start {
                    if let index { standing.remove(at: index) }
                    return less
                }
                let now = Standing(id, at: at, before.map(\.carrier) ?? carrier)
                if let index { standing[index] = now } else { standing.append(now) }
                return less + counts(of: driver, now.carrier, at: at, Conduct.one)
            case .violation(let id, _, stands: false):
                guard let index = standing.firstIndex(where: { $0.id == id }) else { return [] }
                let gone = standing.remove(at: index)
                return counts(of: driver, gone.carrier, at: gone.at, -Conduct.one)
            }
        }

        private func counts(of driver: EntityID, _ carrier: EntityID?, at: EventTime, _ change: Counts) -> [Count] {
            [Count(of: driver, .driver, at: at, change)] + (carrier.map { [Count(of: $0, .carrier, at: at, change)] } ?? [])
        }

        private static let one: Counts = {
            var one = Counts()
            one.violations = 1
            return one
        }()
    }

    init(_ window: RollingWindow, in scope: StateScope) {
        self.window = window
        conducts = scope.value("conducts")
        due = scope.timers("due")
        notes = EventTimeQueue(in: scope, waking: due)
    }

    var timers: TimerState<EntityID>? { due }

    mutating func process(_ note: DriverNote, of driver: EntityID, at time: EventTime, into out: inout Output<Count>) throws(StageFailure) {
        try notes.take(note, of: driver, at: time)
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<Count>) throws(StageFailure) {
        let ready = try notes.elements(dueAt: timer, rankedBy: \.content.rank) ?? []
        if ready.isEmpty { return }
        try conducts.update(timer.key) { slot throws(StageFailure) in
            var conduct = slot.value ?? Conduct()
            for (note, time) in ready {
                for count in conduct.take(note.content, of: timer.key, since: window.start(at: time)) { out.emit(count, at: time) }
            }
            slot.value = conduct
        }
    }
}
