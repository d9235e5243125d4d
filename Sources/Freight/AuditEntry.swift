public import StreamCore
public import Wire

/// What an audit record says was done.
public enum AuditAction: String, WireEnum {
    case create = "CREATE"
    case update = "UPDATE"
    case delete = "DELETE"
    case assign = "ASSIGN"
    case statusChange = "STATUS_CHANGE"
    case locationUpdate = "LOCATION_UPDATE"
    case publish = "PUBLISH"
}

/// Who changed what: one record of `tms.audit` for each accepted mutating command, in the epoch of its event.
public struct AuditEntry: Hashable, Sendable {
    /// Its own id; follows from the command, so an entry written again after a crash is the same.
    public var id: EntityID
    /// The table of what was changed: `loads`, `vehicles`, …
    public var table: String
    /// What was changed.
    public var recordID: EntityID
    /// What was done.
    public var action: AuditAction
    /// Each member that changed, old and new.
    public var changes: RawJSON
    /// Who did it; nil where nobody was logged in.
    public var userID: String?
    /// The request that it goes back to.
    public var correlationID: String?
    /// When.
    public var createdAt: EventTime

    /// An entry of those parts.
    public init(
        id: EntityID, table: String, recordID: EntityID, action: AuditAction, changes: RawJSON, userID: String?, correlationID: String?,
        createdAt: EventTime
    ) {
        self.id = id
        self.table = table
        self.recordID = recordID
        self.action = action
        self.changes = changes
        self.userID = userID
        self.correlationID = correlationID
        self.createdAt = createdAt
    }
}

extension AuditEntry {
    /// The entry of a command that was accepted. Its id follows from the command, so that written again it is the same.
    public init(of command: Command, _ action: AuditAction, changes: RawJSON) {
        self.init(
            id: .version7(at: command.time, Entropy(of: Array("audit ".utf8) + command.id.utf8 + command.entityID.utf8)),
            table: command.entityType.plural, recordID: command.entityID, action: action, changes: changes,
            userID: command.principal.userID, correlationID: command.correlationID, createdAt: command.time)
    }
}

/// Writes audit entries keyed by user, or by record where nobody was logged in.
public struct AuditEntryEncoder: RecordEncoder, Sendable {
    /// An encoder.
    public init() {}

    public func key(of entry: AuditEntry) -> [UInt8]? { entry.userID.map { Array($0.utf8) } ?? entry.recordID.utf8 }

    public func encode(_ entry: AuditEntry, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { out in
            JSONWriter.object(into: &out) { json in
                json.field("id", entry.id)
                json.field("table_name", entry.table)
                json.field("record_id", entry.recordID)
                json.field("action", entry.action)
                json.field("changed_data", entry.changes)
                json.nullable("user_id", entry.userID)
                json.nullable("correlation_id", entry.correlationID)
                json.field("created_at", entry.createdAt)
            }
        }
    }
}
