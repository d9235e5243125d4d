public import StreamCore

/// What a timer waits for.
public enum TimerClock: UInt8, Hashable, Sendable {
    /// The task's watermark.
    case eventTime = 0
    /// The clock on the wall.
    case processingTime = 1
}

/// A timer: a key and an instant. Set twice, it fires once.
public struct Timer<Key: StateKey>: Hashable, Sendable {
    /// Whose timer it is.
    public let key: Key
    /// When it is due.
    public let time: EventTime
    /// By which clock.
    public let clock: TimerClock

    /// A timer of those parts.
    public init(_ key: Key, at time: EventTime, by clock: TimerClock = .eventTime) {
        self.key = key
        self.time = time
        self.clock = clock
    }
}

/// A task's timers: rows of state, so that firing one and its effects share an epoch.
///
/// The next ones are held in memory in order of time, at most about `nearLimit` of them; later ones wait in the store.
public final class TimerState<Key: StateKey>: StateTable {
    @usableFromInline let schema: StateSchema
    private unowned let scope: StateScope
    private let prefix: [UInt8]
    private var lanes: [Lane]
    private var changed: [Timer<Key>: Bool] = [:]
    private var unwritten: [Timer<Key>: (serial: Int, row: Int)] = [:]
    private var collected: Set<Timer<Key>> = []
    private let nearLimit: Int

    /// The timers of one clock: those before the horizon are in the heap, those from it on in the store or, until written, in `far`.
    private struct Lane {
        var heap = TimerHeap<Key>()
        var isStored: [Timer<Key>: Bool] = [:]
        var far: [Timer<Key>: Bool] = [:]
        var horizon: EventTime
    }

    @usableFromInline init(_ name: String, in scope: StateScope, nearLimit: Int = 200_000) {
        schema = StateSchema(name: name, shape: .timers, key: "\(Key.self)", value: "Timer", version: 1, oldestVersion: 1)
        self.scope = scope
        self.nearLimit = nearLimit
        prefix = RowForm.prefix(name)
        let horizon = scope.isNew ? EventTime.distantFuture : .distantPast
        lanes = [Lane(horizon: horizon), Lane(horizon: horizon)]
    }

    /// Sets a timer. One that is already due fires at the next look.
    public func set(_ timer: Timer<Key>) {
        let lane = Int(timer.clock.rawValue)
        if timer.time >= lanes[lane].horizon {
            lanes[lane].far[timer] = true
        } else {
            if lanes[lane].isStored[timer] != nil { return }
            // Cancelled in this epoch, it may still have a row.
            lanes[lane].isStored[timer] = changed[timer] == false
            lanes[lane].heap.push(timer)
        }
        changed[timer] = true
    }

    /// Cancels a timer; one that is not set is no error.
    public func cancel(_ timer: Timer<Key>) {
        let lane = Int(timer.clock.rawValue)
        if timer.time >= lanes[lane].horizon {
            lanes[lane].far[timer] = false
            changed[timer] = false
        } else if let wasStored = lanes[lane].isStored.removeValue(forKey: timer) {
            changed[timer] = wasStored ? false : nil
        }
    }

    /// Takes the next timer of `clock` that is due at `now`, earliest first and by key where times are equal.
    public func takeDue(_ clock: TimerClock, at now: EventTime) throws(StageFailure) -> Timer<Key>? {
        let lane = Int(clock.rawValue)
        while true {
            if let next = lanes[lane].heap.first, next.time <= now {
                lanes[lane].heap.removeFirst()
                guard lanes[lane].isStored[next] != nil else { continue }
                cancel(next)
                return next
            }
            guard lanes[lane].horizon <= now, lanes[lane].horizon < .distantFuture else { return nil }
            try extend(lane, clock)
        }
    }

    /// No timer of `clock` is due before this.
    public func nextDue(_ clock: TimerClock) -> EventTime {
        let lane = lanes[Int(clock.rawValue)]
        return min(lane.heap.first?.time ?? .distantFuture, lane.horizon)
    }

    /// Loads the next timers from the store and moves the horizon behind them.
    private func extend(_ lane: Int, _ clock: TimerClock) throws(StageFailure) {
        let chunk = max(1, nearLimit / 4)
        let base = prefix + [clock.rawValue]
        var loaded: [Timer<Key>] = []
        var horizon = EventTime.distantFuture
        var failure: DecodeFailure?
        try unsafe scope.store.scan(prefix: base, from: base + orderedBytes(lanes[lane].horizon)) { key, _ throws(StageFailure) in
            do throws(DecodeFailure) {
                let timer = try unsafe timer(UnsafeRawBufferPointer(rebasing: key[prefix.count...]))
                if loaded.count >= chunk, let last = loaded.last, timer.time > last.time {
                    horizon = timer.time
                    return false
                }
                loaded.append(timer)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw StageFailure("reading timers \(schema.name): \(failure)", blame: .system, remedy: .stop) }
        for timer in loaded where lanes[lane].far[timer] == nil {
            lanes[lane].isStored[timer] = true
            lanes[lane].heap.push(timer)
        }
        for (timer, isSet) in lanes[lane].far where timer.time < horizon {
            if isSet {
                // It may have a row from before it was set again: cancelling it must delete that.
                lanes[lane].isStored[timer] = true
                lanes[lane].heap.push(timer)
            }
            lanes[lane].far[timer] = nil
        }
        lanes[lane].horizon = horizon
    }

    private func orderedBytes(_ time: EventTime) -> [UInt8] {
        var writer = ByteWriter(capacity: 8)
        writer.ordered(UInt64(bitPattern: time.microseconds) ^ (1 << 63))
        return writer.bytes
    }

    private func timer(_ key: UnsafeRawBufferPointer) throws(DecodeFailure) -> Timer<Key> {
        try unsafe ByteReader.read(key) { reader throws(DecodeFailure) in
            guard let clock = TimerClock(rawValue: try reader.byte()) else { throw DecodeFailure("a timer of an unknown clock") }
            let time = EventTime(microseconds: Int64(bitPattern: try reader.ordered(UInt64.self) ^ (1 << 63)))
            return Timer(try Key(keyFrom: &reader), at: time, by: clock)
        }
    }

    @usableFromInline var changes: Int { changed.count }

    @usableFromInline var memory: Int {
        lanes.reduce(0) { $0 + ($1.isStored.count * 2 + $1.far.count) * (MemoryLayout<Timer<Key>>.stride + 24) }
    }

    @usableFromInline func freeze(_ serial: Int, into changelog: inout BatchBuilder) {
        // Sorted, so that a rerun writes the same bytes.
        for (timer, isSet) in changed.sorted(by: { TimerHeap<Key>.isBefore($0.key, $1.key) }) {
            unwritten[timer] = (serial, changelog.count)
            let key = { (writer: inout ByteWriter) in
                writer.raw(self.prefix)
                writer.byte(timer.clock.rawValue)
                writer.raw(self.orderedBytes(timer.time))
                timer.key.encodeKey(into: &writer)
            }
            if isSet {
                changelog.append(time: scope.freezeTime, key: key, value: { $0.byte(1) })
            } else {
                changelog.appendTombstone(time: scope.freezeTime, key: key)
            }
            let lane = Int(timer.clock.rawValue)
            if isSet, lanes[lane].isStored[timer] != nil { lanes[lane].isStored[timer] = true }
        }
        changed.removeAll(keepingCapacity: true)
    }

    @usableFromInline func collect(into rows: inout RowWrites, before next: Int, _ batch: (Int) -> RecordBatch) {
        for place in unwritten.values { rows.set(place.row, of: batch(place.serial)) }
        collected = Set(unwritten.keys)
        unwritten.removeAll(keepingCapacity: true)
    }

    @usableFromInline func collectedIsWritten() {
        for timer in collected where changed[timer] == nil && unwritten[timer] == nil {
            lanes[Int(timer.clock.rawValue)].far[timer] = nil
        }
        collected = []
    }

    /// Timers do not expire: they fire.
    @usableFromInline func sweep(_ limit: Int) {}

    /// Lets go of the later half of a lane that has grown past the limit; its timers are in the store, or in `far` until they are.
    @usableFromInline func evict(to bytes: Int) {
        guard collected.isEmpty else { return }
        for lane in lanes.indices where lanes[lane].isStored.count > nearLimit {
            let near = lanes[lane].isStored
            let order = near.keys.sorted(by: TimerHeap<Key>.isBefore)
            let horizon = order[nearLimit / 2].time
            let kept = order.prefix { $0.time < horizon }
            for timers in [Array(changed.keys), Array(unwritten.keys)] {
                for timer in timers where Int(timer.clock.rawValue) == lane && timer.time >= horizon && lanes[lane].far[timer] == nil {
                    lanes[lane].far[timer] = near[timer] != nil
                }
            }
            lanes[lane].isStored = near.filter { $0.key.time < horizon }
            lanes[lane].heap = TimerHeap(sorted: Array(kept))
            lanes[lane].horizon = horizon
        }
    }

    @usableFromInline func render(_ key: UnsafeRawBufferPointer, _ row: UnsafeRawBufferPointer) throws(DecodeFailure) -> RenderedRow {
        let timer = try unsafe timer(key)
        return RenderedRow(
            key: timer.key.keyText,
            value: .object(["at": timer.time.json, "clock": .string(timer.clock == .eventTime ? "event" : "processing")]), expires: nil)
    }

    @usableFromInline func storedKey(_ text: String) -> [UInt8]? { nil }
}
