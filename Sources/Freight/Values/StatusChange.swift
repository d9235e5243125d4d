public import StreamCore
internal import Wire

/// One line of a load's history: what it became, when, by whom and why.
public struct StatusChange: FieldValue, Hashable {
    /// What it became.
    public let status: LoadStatus
    /// When.
    public let at: EventTime
    /// Who said so; nil where nobody was logged in.
    public let by: String?
    /// Why, where somebody said.
    public let reason: String?

    /// A change of those parts.
    public init(status: LoadStatus, at: EventTime, by: String?, reason: String? = nil) {
        self.status = status
        self.at = at
        self.by = by
        self.reason = reason
    }

    /// Histories are written by Linehaul alone.
    public static func read(_ json: JSON) throws(Complaint) -> StatusChange { throw Complaint("is kept by Linehaul") }

    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("status", status)
            json.field("at", at)
            json.nullable("by", by)
            json.field("reason", reason)
        }
    }

    public func store(into writer: inout ByteWriter) {
        status.store(into: &writer)
        writer.word(at.microseconds)
        by.store(into: &writer)
        reason.store(into: &writer)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        status = try LoadStatus(from: &reader, version: version)
        at = EventTime(microseconds: try reader.word())
        by = try String?(from: &reader, version: version)
        reason = try String?(from: &reader, version: version)
    }

    public var json: JSON {
        .object(["status": status.json, "at": at.json, "by": by.map(JSON.string) ?? .null, "reason": reason.map(JSON.string)])
    }
}
