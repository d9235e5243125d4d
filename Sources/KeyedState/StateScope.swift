public import StreamCore

/// Everything a task keeps: its named state and timers over one store, and the step from one epoch to the next. Confined to its task.
public final class StateScope {
    @usableFromInline let store: any TaskStore
    private var tables: [TableHandle] = []
    private var frozen: [RecordBatch] = []
    private var firstSerial = 0
    private var committedPosition: Offset?
    private var frozenBytes = 0
    private var collectedSets = 0
    let isNew: Bool

    /// The event time of the record being processed: what a time to live counts from.
    public var eventTime = EventTime.distantPast
    /// The task's watermark: what has expired is gone.
    public var watermark = EventTime.distantPast
    /// The event time that changelog records carry; set before each freeze.
    public var freezeTime = EventTime(microseconds: 0)

    /// How long state without a time to live of its own is kept after its last change; `nil`: until it is removed.
    public let defaultTTL: EventTime.Span?

    /// A scope over a task's store, recovered or new.
    public init(store: any TaskStore, defaultTTL: EventTime.Span? = nil) {
        self.defaultTTL = defaultTTL
        self.store = store
        isNew = store.changelogPosition == nil
        committedPosition = store.changelogPosition
    }

    /// Declares a value a key. `ttl` is counted in event time from the last change; `nil` keeps a value until it is removed.
    @inlinable public func value<Key: StateKey, Value: Storable>(
        _ name: String, by key: Key.Type = Key.self, of value: Value.Type = Value.self, ttl: EventTime.Span? = nil
    ) -> ValueState<Key, Value> {
        add(ValueState(name, shape: .value, ttl: ttl, in: self))
    }

    /// Declares a list of values a key.
    @inlinable public func list<Key: StateKey, Element: Storable>(
        _ name: String, by key: Key.Type = Key.self, of element: Element.Type = Element.self, ttl: EventTime.Span? = nil
    ) -> ListState<Key, Element> {
        ListState(rows: add(ValueState(name, shape: .list, ttl: ttl, in: self)))
    }

    /// Declares a map of values a key.
    @inlinable public func map<Key: StateKey, Field: StateKey, Value: Storable>(
        _ name: String, by key: Key.Type = Key.self, fields: Field.Type = Field.self, of value: Value.Type = Value.self,
        ttl: EventTime.Span? = nil
    ) -> MapState<Key, Field, Value> {
        MapState(rows: add(ValueState(name, shape: .map, ttl: ttl, in: self)))
    }

    /// Declares timers.
    @inlinable public func timers<Key: StateKey>(_ name: String, by key: Key.Type = Key.self) -> TimerState<Key> {
        add(TimerState(name, in: self))
    }

    func timers<Key: StateKey>(_ name: String, by key: Key.Type = Key.self, nearLimit: Int) -> TimerState<Key> {
        add(TimerState(name, in: self, nearLimit: nearLimit))
    }

    @inlinable func add<Table: StateTable>(_ table: Table) -> Table {
        admit(TableHandle(table))
        return table
    }

    @usableFromInline func admit(_ table: TableHandle) {
        let name = table.schema.name
        precondition(!tables.contains { $0.schema.name == name }, "two states named \(name) in one stage")
        precondition((1...64).contains(name.utf8.count), "a state's name has 1 to 64 bytes: \(name)")
        tables.append(table)
    }

    /// What is declared, in order.
    public var schemas: [StateSchema] { tables.map(\.schema) }

    /// How many rows changed in the epoch being filled.
    public var changes: Int { tables.reduce(0) { $0 + $1.changes() } }

    /// About how many bytes the decoded objects and the frozen sets take.
    public var memory: Int { tables.reduce(frozenBytes) { $0 + $1.memory() } }

    /// How many bytes of committed or committing changes have not been written to the store.
    public var unwrittenBytes: Int { frozenBytes }

    /// Ends the epoch being filled: appends every changed row, encoded, to its changelog batch. `seal` ends the batch (with the marker).
    public func freeze(_ changelog: inout BatchBuilder, _ seal: (inout BatchBuilder) -> RecordBatch) -> RecordBatch {
        for table in tables { table.freeze(firstSerial + frozen.count, &changelog) }
        let batch = seal(&changelog)
        frozen.append(batch)
        frozenBytes += batch.byteCount
        return batch
    }

    /// Every frozen set is committed, and the changelog stands at `position` after it.
    public func committed(upTo position: Offset) { committedPosition = position }

    /// The frozen sets' rows, one a key, and where the changelog stands after them; `nil` when there are none. Writing them to the store
    /// (on any thread) and then `collectedIsWritten` completes it. Call only while every frozen set is committed and none is being written.
    public func collectUnwritten() -> (rows: RowWrites, position: Offset)? {
        guard let position = committedPosition, let last = frozen.last else { return nil }
        precondition(collectedSets == 0, "the rows collected before have not been written")
        var rows = RowWrites()
        for table in tables { table.collect(&rows, firstSerial + frozen.count) { frozen[$0 - firstSerial] } }
        rows.set(last.count - 1, of: last)
        collectedSets = frozen.count
        return (rows, position)
    }

    /// What was collected is in the store: its frozen sets can go, and its keys may be evicted.
    public func collectedIsWritten() {
        for table in tables { table.collectedIsWritten() }
        frozenBytes -= frozen.prefix(collectedSets).reduce(0) { $0 + $1.byteCount }
        frozen.removeFirst(collectedSets)
        firstSerial += collectedSets
        collectedSets = 0
    }

    /// Writes what is unwritten here and now.
    public func writeBehind() throws(StageFailure) {
        guard let (rows, position) = collectUnwritten() else { return }
        try store.write(rows, changelogPosition: position)
        collectedIsWritten()
    }

    /// Removes rows that have expired and that nobody asks for any more, looking at up to `limit` rows of each state.
    public func sweep(_ limit: Int) throws(StageFailure) {
        for table in tables { try table.sweep(limit) }
    }

    /// Frees decoded objects until about `bytes` are left; what is not yet written stays.
    public func evict(to bytes: Int) {
        let held = tables.reduce(0) { $0 + $1.memory() }
        guard held > bytes, held > 0 else { return }
        for table in tables { table.evict(Int(Double(bytes) * Double(table.memory()) / Double(held))) }
    }

    /// The committed row of `state` under the key that `text` means. Write behind first: it reads the store.
    public func row(_ text: String, of state: String) throws(StageFailure) -> RenderedRow? {
        let table = try table(state)
        guard let key = table.storedKey(text) else {
            throw StageFailure("reading state \(state): \(text) is not a \(table.schema.key)", blame: .record, remedy: .stop)
        }
        let prefix = RowForm.prefix(state)
        return try unsafe store.withRow(prefix + key) { row throws(StageFailure) in
            guard let row = unsafe row else { return nil }
            return try unsafe key.withUnsafeBufferPointer { key throws(StageFailure) in
                try unsafe rendered(UnsafeRawBufferPointer(key), row, table)
            }
        }
    }

    /// Up to `limit` committed rows of `state` whose key's text begins with `prefix`, in key order, and whether there are more.
    public func rows(of state: String, prefix: String, limit: Int) throws(StageFailure) -> (rows: [RenderedRow], hasMore: Bool) {
        let table = try table(state)
        let start = RowForm.prefix(state)
        var found: [RenderedRow] = []
        var hasMore = false
        try unsafe store.scan(prefix: start, from: start) { key, row throws(StageFailure) in
            let rendered = try unsafe rendered(UnsafeRawBufferPointer(rebasing: key[start.count...]), row, table)
            if !rendered.key.hasPrefix(prefix) { return true }
            hasMore = found.count == limit
            if !hasMore { found.append(rendered) }
            return !hasMore
        }
        return (found, hasMore)
    }

    /// What the keys of a state's rows begin with in the store.
    public static func prefix(of state: String) -> [UInt8] { RowForm.prefix(state) }

    /// A row of `state` as people see it, from its stored key and value; older versions are read as the job reads them.
    public func rendered(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, of state: String) throws(StageFailure) -> RenderedRow {
        let table = try table(state)
        let key = key.dropFirst(RowForm.prefix(state).count)
        return try unsafe key.withUnsafeBufferPointer { key throws(StageFailure) in
            try unsafe value.withUnsafeBufferPointer { value throws(StageFailure) in
                try unsafe rendered(UnsafeRawBufferPointer(key), UnsafeRawBufferPointer(value), table)
            }
        }
    }

    private func table(_ state: String) throws(StageFailure) -> TableHandle {
        if let table = tables.first(where: { $0.schema.name == state }) { return table }
        let names = tables.map(\.schema.name)
        let hint = nearest(to: state, among: names).map { "; did you mean \($0)?" } ?? "; it has: \(names.joined(separator: ", "))"
        throw StageFailure("reading state \(state): there is none of that name\(hint)", blame: .record, remedy: .stop)
    }

    private func rendered(
        _ key: UnsafeRawBufferPointer, _ row: UnsafeRawBufferPointer, _ table: TableHandle
    ) throws(StageFailure) -> RenderedRow {
        do throws(DecodeFailure) {
            return try unsafe table.render(key, row)
        } catch {
            throw StageFailure("reading state \(table.schema.name): \(error)", blame: .system, remedy: .stop)
        }
    }
}
