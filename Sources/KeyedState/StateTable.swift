public import StreamCore

/// What a piece of state is, for plans, compatibility checks and inspection.
public struct StateSchema: Hashable, Sendable {
    /// What kind of state.
    public enum Shape: String, Hashable, Sendable {
        /// One value a key.
        case value
        /// A list of values a key.
        case list
        /// A map of values a key.
        case map
        /// Timers.
        case timers
    }

    /// The name that the job gave it, unique within its stage.
    public let name: String
    /// What kind of state.
    public let shape: Shape
    /// The key's type, for people.
    public let key: String
    /// The value's type, for people.
    public let value: String
    /// The version that this program writes.
    public let version: UInt8
    /// The oldest version that it can read.
    public let oldestVersion: UInt8

    /// A schema of those parts.
    public init(name: String, shape: Shape, key: String, value: String, version: UInt8, oldestVersion: UInt8) {
        self.name = name
        self.shape = shape
        self.key = key
        self.value = value
        self.version = version
        self.oldestVersion = oldestVersion
    }
}

/// A row of state as people see it.
public struct RenderedRow: Hashable, Sendable {
    /// The key's text.
    public let key: String
    /// The value's rendering.
    public let value: JSON
    /// When it expires, where it does.
    public let expires: EventTime?

    /// A row of those parts.
    public init(key: String, value: JSON, expires: EventTime?) {
        self.key = key
        self.value = value
        self.expires = expires
    }
}

/// One named piece of a task's state: a write-back cache of decoded objects over the task's store. The scope drives it.
@usableFromInline protocol StateTable: AnyObject {
    var schema: StateSchema { get }
    /// About how many bytes its decoded objects take.
    var memory: Int { get }
    /// How many rows changed in the epoch being filled.
    var changes: Int { get }
    /// Appends what changed to the epoch's changelog batch, which will be frozen set `serial`.
    func freeze(_ serial: Int, into changelog: inout BatchBuilder)
    /// Adds the newest frozen row of each key frozen since the last call; `next` is the serial that the next frozen set will have.
    func collect(into rows: inout RowWrites, before next: Int, _ batch: (Int) -> RecordBatch)
    /// The rows collected last are in the store.
    func collectedIsWritten()
    /// Looks at the expiry of up to `limit` stored rows, going on where the last call ended: what has expired is removed in the epoch being
    /// filled, though nobody asks for its key any more.
    func sweep(_ limit: Int) throws(StageFailure)
    /// Frees decoded objects that are neither changed nor yet unwritten, until about `bytes` are left.
    func evict(to bytes: Int)
    /// The row in people's form, from its stored key (without the state's prefix) and value.
    func render(_ key: UnsafeRawBufferPointer, _ row: UnsafeRawBufferPointer) throws(DecodeFailure) -> RenderedRow
    /// The stored key (without the state's prefix) that a text means.
    func storedKey(_ text: String) -> [UInt8]?
}

/// A table in the hands of its scope. Closures made where the table's types are known, so that what they call is specialised for them.
// SAFETY: `render` is given pointers lent for the length of the call and keeps none.
@safe @usableFromInline struct TableHandle {
    @usableFromInline let schema: StateSchema
    @usableFromInline let memory: () -> Int
    @usableFromInline let changes: () -> Int
    @usableFromInline let freeze: (Int, inout BatchBuilder) -> Void
    @usableFromInline let collect: (inout RowWrites, Int, (Int) -> RecordBatch) -> Void
    @usableFromInline let collectedIsWritten: () -> Void
    @usableFromInline let evict: (Int) -> Void
    @usableFromInline let sweep: (Int) throws(StageFailure) -> Void
    @usableFromInline let render: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(DecodeFailure) -> RenderedRow
    @usableFromInline let storedKey: (String) -> [UInt8]?

    @inlinable init(_ table: some StateTable) {
        schema = table.schema
        memory = { table.memory }
        changes = { table.changes }
        freeze = { table.freeze($0, into: &$1) }
        collect = { table.collect(into: &$0, before: $1, $2) }
        collectedIsWritten = { table.collectedIsWritten() }
        evict = { table.evict(to: $0) }
        sweep = { limit throws(StageFailure) in try table.sweep(limit) }
        unsafe render = { key, row throws(DecodeFailure) in try unsafe table.render(key, row) }
        storedKey = { table.storedKey($0) }
    }
}

/// A row's value: `version u8 | expiry zigzag varint µs, 0 for never | payload`.
@usableFromInline enum RowForm {
    static let never = Int64.max

    static func prefix(_ state: String) -> [UInt8] { [UInt8(state.utf8.count)] + Array(state.utf8) }

    /// An expiry as it is stored: 0 stands for never, so the instant 0 is stored as the one before it.
    @usableFromInline static func stored(_ expires: EventTime) -> Int64 {
        expires == .distantFuture ? 0 : expires.microseconds == 0 ? -1 : expires.microseconds
    }

    @usableFromInline static func open(_ reader: inout ByteReader, _ schema: StateSchema) throws(DecodeFailure) -> (version: UInt8, expiry: Int64) {
        let version = try reader.byte()
        guard version >= schema.oldestVersion, version <= schema.version else {
            throw DecodeFailure(
                "state \(schema.name) holds a value of version \(version); this program reads \(schema.oldestVersion) to \(schema.version)")
        }
        let expiry = try reader.signed()
        return (version, expiry == 0 ? never : expiry)
    }
}
