public import StreamCore
public import Wire

/// Something that happened to a thing of the business, whole: the envelope and what it says.
public struct BusinessEvent: Hashable, Sendable {
    /// Who, what, when, and what it follows from.
    public var envelope: EventEnvelope
    /// The members of `data`.
    public var data: RawJSON

    /// An event of those parts.
    public init(_ envelope: EventEnvelope, data: RawJSON) {
        self.envelope = envelope
        self.data = data
    }

    /// What it says, member by member.
    public init(_ envelope: EventEnvelope, _ members: (inout JSONWriter) -> Void) {
        self.init(envelope, data: RawJSON.object(members))
    }
}

/// Writes events under the id of what they are about.
public struct BusinessEventEncoder: RecordEncoder, Sendable {
    /// An encoder.
    public init() {}

    public func key(of event: BusinessEvent) -> [UInt8]? { event.envelope.entityID.utf8 }

    public func encode(_ event: BusinessEvent, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, headers: event.envelope.headers, time: time) { event.envelope.write(into: &$0, data: event.data) }
    }
}

extension EventEnvelope {
    /// Appends the event with data that has been written already.
    public func write(into out: inout ByteWriter, metadata: JSON = .object([]), data: RawJSON) {
        JSONWriter.object(into: &out) { json in
            writeHead(&json)
            json.field("metadata", metadata)
            json.field("data", data)
        }
    }
}
