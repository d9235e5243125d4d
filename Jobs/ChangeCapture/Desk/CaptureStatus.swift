/// How a capture stands with its server, as one look at it finds.
public struct CaptureStatus: Hashable, Sendable {
    /// What the slot is good for.
    public enum Condition: String, Hashable, Sendable {
        /// It is read.
        case streaming = "STREAMING"
        /// It keeps everything, and nobody reads it.
        case unread = "UNREAD"
        /// It keeps more than `max_wal_size`: whoever reads it is too slow, or away for long.
        case behind = "BEHIND"
        /// It keeps more than `max_slot_wal_keep_size`: with the next checkpoint it is lost.
        case endangered = "ENDANGERED"
        /// The server has dropped log that it needs.
        case lost = "LOST"
        /// There is none of that name, before the first start, or since somebody dropped it.
        case missing = "MISSING"
    }

    /// The slot's name.
    public let slot: String
    /// What it is good for.
    public let condition: Condition
    /// What was confirmed as committed here; the text of a position in the log.
    public let confirmed: String?
    /// From where on the server keeps its log for it.
    public let restart: String?
    /// Bytes of log between what was confirmed and the end.
    public let lag: Int
    /// How long the newest change that was confirmed took to be; zero where all is confirmed.
    public let lagSeconds: Double
    /// Bytes of log that the server keeps for it.
    public let retained: Int
    /// Bytes that may be written before it can be lost; `nil` where the server keeps what it must.
    public let safe: Int?

    /// What is wrong, and what to do about it; `nil` where nothing is.
    public var problem: String? {
        switch condition {
        case .streaming: nil
        case .unread:
            "nobody reads the slot \(slot), and the server keeps its log for it: start the job tms-pg-cdc, or drop the slot with "
                + "pg_drop_replication_slot where the capture is over"
        case .behind:
            "the slot \(slot) keeps \(retained >> 20) MB of log: see why tms-pg-cdc does not keep up (`linehaul jobs show tms-pg-cdc`)"
        case .endangered:
            "the slot \(slot) keeps more than max_slot_wal_keep_size allows, and is lost with the next checkpoint: raise that setting and "
                + "reload the server's configuration now, or have the tables read again afterwards"
        case .lost:
            "the server has dropped the log that the slot \(slot) needs (max_slot_wal_keep_size); \(Slot.wayOut)"
        case .missing:
            "there is no slot \(slot): the job makes it when it first runs; where it has run, what changed since is missing; "
                + Slot.wayOut
        }
    }

    /// Whether what changed may be missing, or soon will be.
    public var isLosing: Bool { [.endangered, .lost, .missing].contains(condition) }
}

/// A table of a capture as the server has it.
public struct CapturedTableStatus: Hashable, Sendable {
    /// `schema.table`.
    public let name: String
    /// The outlet of its records.
    public let outlet: String
    /// Whether it is there.
    public let exists: Bool
    /// Whether the publication names it, itself or all tables.
    public let isPublished: Bool
    /// Which old values its changes carry: `DEFAULT`, `FULL`, `INDEX` or `NOTHING`.
    public let identity: String
    /// The columns of its key; empty for one without.
    public let key: [String]
    /// About how many rows it has.
    public let rows: Int
    /// How many bytes it takes.
    public let bytes: Int
}
