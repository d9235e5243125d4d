public import StreamCore
public import Wire

/// Reads commands. A tombstone says nothing.
public struct CommandDecoder: RecordDecoder {
    private let parser = JSONParser()

    /// A decoder with a parser of its own.
    public init() {}

    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Command? {
        try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> Command? in
            guard let bytes = unsafe bytes else { return nil }
            return try Command(try unsafe parser.tree(bytes))
        }
    }
}

/// Writes commands under the id of their entity.
public struct CommandEncoder: RecordEncoder, Sendable {
    /// An encoder.
    public init() {}

    public func key(of command: Command) -> [UInt8]? { command.entityID.utf8 }

    public func encode(_ command: Command, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { command.writeJSON(into: &$0) }
    }
}
