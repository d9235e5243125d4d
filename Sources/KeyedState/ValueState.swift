public import StreamCore

/// A value a key: the one a job reads and changes while it processes that key's events.
///
/// Reads and changes are of the epoch being filled; they survive a crash once that epoch has committed. A value that is not in memory
/// is read from the store, so calls can fail. Confined to its task.
public final class ValueState<Key: StateKey, Value: Storable>: StateTable {
    /// A key's value and how long it is kept; change either inside `update`.
    public struct Slot {
        /// The value; `nil` for none.
        public var value: Value?
        /// The event time at which it counts as gone, once the watermark has reached it; `distantFuture` for never.
        public var expires: EventTime

        @inlinable init(value: Value?, expires: EventTime) {
            self.value = value
            self.expires = expires
        }
    }

    @usableFromInline struct Entry {
        @usableFromInline let key: Key
        @usableFromInline var slot: Slot
        @usableFromInline var bytes: Int32
        @usableFromInline var frozenSerial: Int
        @usableFromInline var frozenRow: Int32
        @usableFromInline var isDirty: Bool
        /// A row of this key may be in the store or in a frozen set; without one, deleting it again costs nothing.
        @usableFromInline var isStored: Bool
        @usableFromInline var wasUsed: Bool

        @inlinable init(key: Key) {
            self.key = key
            slot = Slot(value: nil, expires: .distantFuture)
            (bytes, frozenSerial, frozenRow) = (0, -1, 0)
            (isDirty, isStored, wasUsed) = (false, false, true)
        }
    }

    @usableFromInline let schema: StateSchema
    @usableFromInline unowned let scope: StateScope
    @usableFromInline let ttl: EventTime.Span?
    @usableFromInline let prefix: [UInt8]
    @usableFromInline var index: [Key: Int32] = [:]
    @usableFromInline var entries: ContiguousArray<Entry?> = []
    @usableFromInline var free: [Int32] = []
    @usableFromInline var dirty: [Int32] = []
    @usableFromInline var unwritten: [Int32] = []
    @usableFromInline var collected: [Int32] = []
    @usableFromInline var collectedBefore = 0
    @usableFromInline var hand = 0
    private var swept: [UInt8]?
    /// Whether a stored row may have an end: without one there is nothing to sweep.
    @usableFromInline var mayExpire: Bool
    @usableFromInline var payload = 0
    /// Every stored row is in memory, so a key that is not has none. True from an empty store until the first eviction.
    @usableFromInline var isComplete: Bool

    @usableFromInline init(_ name: String, shape: StateSchema.Shape, ttl: EventTime.Span?, in scope: StateScope) {
        schema = StateSchema(
            name: name, shape: shape, key: "\(Key.self)", value: "\(Value.self)", version: Value.storedVersion,
            oldestVersion: Value.oldestVersion)
        self.scope = scope
        self.ttl = ttl ?? scope.defaultTTL
        prefix = RowForm.prefix(name)
        isComplete = scope.isNew
        mayExpire = !scope.isNew
    }

    /// The key's value now, `nil` for none or an expired one.
    @inlinable public func value(for key: Key) throws(StageFailure) -> Value? {
        let at = try locate(key)
        return entries[at]?.slot.value
    }

    /// Lets `body` change the key's value and expiry in place; the key is part of the epoch from then on.
    @inlinable public func update<Result>(_ key: Key, _ body: (inout Slot) throws(StageFailure) -> Result) throws(StageFailure) -> Result {
        let at = try locate(key)
        if let ttl { entries[at]?.slot.expires = max(scope.eventTime, scope.watermark).advanced(by: ttl) }
        touch(at)
        return try body(&entries[at]!.slot)
    }

    /// Sets the key's value; `nil` removes it.
    @inlinable public func set(_ value: Value?, for key: Key) throws(StageFailure) {
        try update(key) { slot throws(StageFailure) in slot.value = value }
    }

    @inlinable func touch(_ at: Int) {
        if entries[at]!.isDirty { return }
        entries[at]!.isDirty = true
        dirty.append(Int32(at))
    }

    @inlinable func locate(_ key: Key) throws(StageFailure) -> Int {
        if let known = index[key] {
            let at = Int(known)
            if entries[at]!.slot.expires < .distantFuture { settleExpiry(at) }
            entries[at]!.wasUsed = true
            return at
        }
        var entry = Entry(key: key)
        if !isComplete { try load(&entry) }
        payload += Int(entry.bytes)
        let at: Int
        if let slot = free.popLast() {
            at = Int(slot)
            entries[at] = entry
        } else {
            at = entries.count
            entries.append(entry)
        }
        index[key] = Int32(at)
        return at
    }

    @inlinable func settleExpiry(_ at: Int) {
        if entries[at]!.slot.value == nil {
            // The expiry of a value that was removed is not the next one's.
            entries[at]!.slot.expires = .distantFuture
        } else if entries[at]!.slot.expires <= scope.watermark {
            entries[at]!.slot = Slot(value: nil, expires: .distantFuture)
            if entries[at]!.isStored { touch(at) }
        }
    }

    @inlinable func load(_ entry: inout Entry) throws(StageFailure) {
        var row = ByteWriter(capacity: 64)
        row.raw(prefix)
        entry.key.encodeKey(into: &row)
        var loaded: (slot: Slot, bytes: Int)?
        try unsafe scope.store.withRow(row.bytes) { bytes throws(StageFailure) in
            guard let bytes = unsafe bytes else { return }
            do throws(DecodeFailure) {
                loaded = (try unsafe decode(bytes), bytes.count)
            } catch {
                throw StageFailure(
                    "reading state \(schema.name) of key \(entry.key.keyText): \(error)", blame: .system, remedy: .stop)
            }
        }
        guard let loaded else { return }
        entry.isStored = true
        entry.bytes = Int32(loaded.bytes)
        if loaded.slot.expires > scope.watermark { entry.slot = loaded.slot }
    }

    @inlinable func decode(_ bytes: UnsafeRawBufferPointer) throws(DecodeFailure) -> Slot {
        try unsafe ByteReader.read(bytes) { reader throws(DecodeFailure) in
            let (version, expiry) = try RowForm.open(&reader, schema)
            return Slot(value: try Value(from: &reader, version: version), expires: EventTime(microseconds: expiry))
        }
    }

    @inlinable var changes: Int { dirty.count }

    @inlinable var memory: Int { payload + (entries.count - free.count) * entrySize }

    /// What an entry takes beside its value: itself and its place in the index.
    @inlinable var entrySize: Int { MemoryLayout<Entry?>.stride + MemoryLayout<Key>.stride + 16 }

    @inlinable func freeze(_ serial: Int, into changelog: inout BatchBuilder) {
        for at in dirty {
            let at = Int(at)
            entries[at]!.isDirty = false
            if entries[at]!.slot.expires <= scope.watermark {
                entries[at]!.slot = Slot(value: nil, expires: .distantFuture)
            }
            let hasValue = entries[at]!.slot.value != nil
            if entries[at]!.slot.expires < .distantFuture { mayExpire = true }
            if !hasValue, !entries[at]!.isStored { continue }
            let row = Int32(changelog.count)
            let before = changelog.byteCount
            let entry = entries[at]!
            if hasValue {
                changelog.append(time: scope.freezeTime, key: { writeKey(entry.key, into: &$0) }) { writer in
                    writer.byte(Value.storedVersion)
                    writer.signed(RowForm.stored(entry.slot.expires))
                    entry.slot.value?.store(into: &writer)
                }
            } else {
                changelog.appendTombstone(time: scope.freezeTime) { writeKey(entry.key, into: &$0) }
            }
            if entry.frozenSerial < collectedBefore { unwritten.append(Int32(at)) }
            let bytes = Int32(changelog.byteCount - before)
            payload += Int(bytes - entry.bytes)
            entries[at]!.bytes = bytes
            entries[at]!.isStored = hasValue
            entries[at]!.frozenSerial = serial
            entries[at]!.frozenRow = row
        }
        dirty.removeAll(keepingCapacity: true)
    }

    @inlinable func writeKey(_ key: Key, into writer: inout ByteWriter) {
        writer.raw(prefix)
        key.encodeKey(into: &writer)
    }

    @inlinable func collect(into rows: inout RowWrites, before next: Int, _ batch: (Int) -> RecordBatch) {
        for at in unwritten { rows.set(Int(entries[Int(at)]!.frozenRow), of: batch(Int(entries[Int(at)]!.frozenSerial))) }
        swap(&collected, &unwritten)
        collectedBefore = next
    }

    @inlinable func collectedIsWritten() {
        for at in collected where entries[Int(at)]!.frozenSerial < collectedBefore { entries[Int(at)]!.frozenSerial = -1 }
        collected.removeAll(keepingCapacity: true)
    }

    @usableFromInline func sweep(_ limit: Int) throws(StageFailure) {
        guard mayExpire else { return }
        var looked = 0
        var gone: [[UInt8]] = []
        let from = swept ?? prefix
        swept = nil
        try unsafe scope.store.scan(prefix: prefix, from: from) { key, row throws(StageFailure) in
            looked += 1
            if looked > limit {
                swept = unsafe Array(key)
                return false
            }
            if let slot = try? unsafe decode(row), slot.expires <= scope.watermark { gone.append(unsafe Array(key.dropFirst(prefix.count))) }
            return true
        }
        for bytes in gone {
            // Asking for it is what settles its expiry.
            guard let key = try? ByteReader.read(bytes, { reader throws(DecodeFailure) in try Key(keyFrom: &reader) }) else { continue }
            let at = try locate(key)
            if entries[at]!.slot.value == nil, entries[at]!.isStored { touch(at) }
        }
    }

    /// Goes round like a clock's hand: what was used since the last round stays for one more. What is not in the store yet cannot go.
    @inlinable func evict(to bytes: Int) {
        var excess = memory - bytes
        var looked = 0
        while excess > 0, looked < 2 * entries.count {
            looked += 1
            hand = hand + 1 < entries.count ? hand + 1 : 0
            guard entries[hand] != nil, !entries[hand]!.isDirty, entries[hand]!.frozenSerial < 0 else { continue }
            if entries[hand]!.wasUsed {
                entries[hand]!.wasUsed = false
                continue
            }
            if entries[hand]!.slot.value != nil { isComplete = false }
            index[entries[hand]!.key] = nil
            payload -= Int(entries[hand]!.bytes)
            excess -= Int(entries[hand]!.bytes) + entrySize
            entries[hand] = nil
            free.append(Int32(hand))
        }
    }

    @usableFromInline func render(_ key: UnsafeRawBufferPointer, _ row: UnsafeRawBufferPointer) throws(DecodeFailure) -> RenderedRow {
        let key = try unsafe ByteReader.read(key) { reader throws(DecodeFailure) in try Key(keyFrom: &reader) }
        let slot = try unsafe decode(row)
        return RenderedRow(
            key: key.keyText, value: slot.value?.json ?? .null, expires: slot.expires == .distantFuture ? nil : slot.expires)
    }

    @usableFromInline func storedKey(_ text: String) -> [UInt8]? { Key(keyText: text)?.keyBytes }
}
