public import StreamCore

/// A table as the stream describes it, before its first row and whenever it has changed.
public struct Relation: Hashable, Sendable {
    /// One of its columns.
    public struct Column: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Whether it belongs to the replica identity; under FULL all do.
        public let isIdentity: Bool
        /// Its type's number in the catalog.
        public let type: UInt32
        /// Its type's modifier, −1 for none.
        public let modifier: Int32

        /// A column of those parts.
        public init(_ name: String, isIdentity: Bool = false, type: UInt32, modifier: Int32 = -1) {
            self.name = name
            self.isIdentity = isIdentity
            self.type = type
            self.modifier = modifier
        }
    }

    /// Which old values an update or a delete carries.
    public enum Identity: UInt8, Hashable, Sendable {
        /// The primary key's.
        case key = 0x64
        /// None.
        case nothing = 0x6e
        /// All.
        case full = 0x66
        /// Those of a chosen unique index.
        case index = 0x69
    }

    /// Its number in the catalog.
    public let id: UInt32
    /// Its schema.
    public let schema: String
    /// Its name.
    public let name: String
    /// Which old values its changes carry.
    public let identity: Identity
    /// Its columns, in order.
    public let columns: [Column]

    /// A relation of those parts.
    public init(id: UInt32, schema: String, name: String, identity: Identity, columns: [Column]) {
        self.id = id
        self.schema = schema
        self.name = name
        self.identity = identity
        self.columns = columns
    }
}

/// A message of the plugin `pgoutput`, protocol versions 1 and 2 (PostgreSQL's manual, "Logical Replication Message Formats").
public enum PgoutputMessage: Hashable, Sendable {
    /// The old values that a change carries: those of the identity, or the whole row under identity FULL.
    public enum Old: Hashable, Sendable {
        /// The identity's columns; the others are NULL.
        case key(RowImage)
        /// The whole row.
        case row(RowImage)

        /// The values.
        public var image: RowImage {
            switch self {
            case .key(let image), .row(let image): image
            }
        }
    }

    /// A transaction begins; `final` is where its COMMIT stands.
    case begin(final: LogPosition, at: EventTime, transaction: UInt32)
    /// It ends; the next may begin at `end`.
    case commit(at: LogPosition, end: LogPosition, time: EventTime)
    /// What the next rows come from.
    case relation(Relation)
    /// A type that is not built in.
    case type(id: UInt32, schema: String, name: String)
    /// The server that the transaction came from first.
    case origin(LogPosition, name: String)
    /// A new row.
    case insert(relation: UInt32, RowImage)
    /// A row that has changed.
    case update(relation: UInt32, old: Old?, RowImage)
    /// A row that is gone.
    case delete(relation: UInt32, old: Old)
    /// Tables that were emptied.
    case truncate(relations: [UInt32], cascade: Bool, restartsIdentity: Bool)
    /// What somebody wrote into the log with `pg_logical_emit_message`.
    case message(isTransactional: Bool, at: LogPosition, prefix: String, content: [UInt8])
    /// A piece of a large transaction that is still running begins.
    case streamStart(transaction: UInt32, isFirst: Bool)
    /// The piece ends.
    case streamStop
    /// A transaction that came in pieces has committed.
    case streamCommit(transaction: UInt32, at: LogPosition, end: LogPosition, time: EventTime)
    /// A transaction that came in pieces, or a part of it, was rolled back.
    case streamAbort(transaction: UInt32, part: UInt32)
}
