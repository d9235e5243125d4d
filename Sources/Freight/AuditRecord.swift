public import StreamCore

/// That somebody changed something at some time: of an audit record, what the anomaly rule looks at.
public struct AuditRecord: Hashable, Sendable {
    /// The record's own id: the same id twice is the same record.
    public let id: EntityID
    /// Who it was; nil where nobody was logged in.
    public let userID: EntityID?
    /// When it was written (`created_at`).
    public let time: EventTime

    /// An audit record of those parts.
    public init(id: EntityID, userID: EntityID?, time: EventTime) {
        self.id = id
        self.userID = userID
        self.time = time
    }
}

extension AuditRecord: Storable {
    public func store(into writer: inout ByteWriter) {
        writer.word(time.microseconds)
        id.store(into: &writer)
        userID.store(into: &writer)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        time = EventTime(microseconds: try reader.word())
        id = try EntityID(from: &reader, version: 1)
        userID = try EntityID?(from: &reader, version: 1)
    }

    public var json: JSON { .object(["id": id.json, "user_id": userID?.json, "time": .string(time.rfc3339)]) }
}

/// Which columns of the audit table hold what; an installation whose table differs says so in its topology.
public struct AuditColumns: Hashable, Sendable {
    /// The column with the record's id.
    public var id: String
    /// The column with the user's id.
    public var user: String
    /// The column with the record's time.
    public var time: String
    /// The unit of times that are numbers.
    public var timeUnit: TimeUnit

    /// The columns of Linehaul's own `audit_logs`, but for those that are given.
    public init(id: String = "id", user: String = "user_id", time: String = "created_at", timeUnit: TimeUnit = .byMagnitude) {
        self.id = id
        self.user = user
        self.time = time
        self.timeUnit = timeUnit
    }
}
