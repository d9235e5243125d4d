public import Pgoutput
public import StreamCore

/// Writes what is told about transactions, and messages that somebody put into the log.
public struct TransactionWriter: Sendable {
    private let settings: DebeziumSettings
    private let messages: SourceBlock
    private let binary: ValueCodec?

    /// A writer with those settings.
    public init(_ settings: DebeziumSettings) {
        self.settings = settings
        messages = SourceBlock(settings, schema: "", table: "")
        binary = ValueCodec.make(.named("bytea"), -1, settings)
    }

    /// The key of a transaction's mark.
    public func key(_ transaction: UInt32, at position: LogPosition) -> [UInt8] {
        let schema = ConnectSchema.structure(
            "io.debezium.connector.common.TransactionMetadataKey", [ConnectSchema("string").json(isOptional: false, field: "id")])
        return wrapped("{\"id\":\"\(transaction):\(position.number)\"}", schema)
    }

    /// The mark of a transaction's begin.
    public func begin(_ transaction: UInt32, at position: LogPosition, time: EventTime) -> [UInt8] {
        mark("BEGIN", transaction, position, time, "null", "null")
    }

    /// The mark of its end: how many changes each table had, by name.
    public func end(_ transaction: UInt32, at position: LogPosition, time: EventTime, counts: [(table: String, count: Int)]) -> [UInt8] {
        let tables = counts.map { "{\"data_collection\":\(JavaText.quoted($0.table)),\"event_count\":\($0.count)}" }
        return mark(
            "END", transaction, position, time, "\(counts.reduce(0) { $0 + $1.count })", "[\(tables.joined(separator: ","))]")
    }

    private func mark(
        _ status: String, _ transaction: UInt32, _ position: LogPosition, _ time: EventTime, _ count: String, _ tables: String
    ) -> [UInt8] {
        wrapped(
            "{\"status\":\"\(status)\",\"id\":\"\(transaction):\(position.number)\",\"event_count\":\(count),\"data_collections\":\(tables),"
                + "\"ts_ms\":\(time.milliseconds)}", TransactionWriter.markSchema)
    }

    private static let markSchema: ConnectSchema = {
        let number = ConnectSchema("int64")
        let table = ConnectSchema.structure(
            "event.collection",
            [
                ConnectSchema("string").json(isOptional: false, field: "data_collection"),
                number.json(isOptional: false, field: "event_count"),
            ])
        let tables = ConnectSchema("array", holds: "\"items\":\(table.json(isOptional: true))")
        return ConnectSchema.structure(
            "io.debezium.connector.common.TransactionMetadataValue",
            [
                ConnectSchema("string").json(isOptional: false, field: "status"),
                ConnectSchema("string").json(isOptional: false, field: "id"),
                number.json(isOptional: true, field: "event_count"), tables.json(isOptional: true, field: "data_collections"),
                number.json(isOptional: false, field: "ts_ms"),
            ])
    }()

    /// The key of a sign of life.
    public var heartbeatKey: [UInt8] {
        let schema = ConnectSchema.structure(
            "io.debezium.connector.common.ServerNameKey", [ConnectSchema("string").json(isOptional: false, field: "serverName")])
        return wrapped("{\"serverName\":\(JavaText.quoted(settings.name))}", schema)
    }

    /// A sign of life.
    public func heartbeat(at time: EventTime) -> [UInt8] {
        let schema = ConnectSchema.structure(
            "io.debezium.connector.common.Heartbeat", [ConnectSchema("int64").json(isOptional: false, field: "ts_ms")])
        return wrapped("{\"ts_ms\":\(time.milliseconds)}", schema)
    }

    /// The key of a message's record.
    public func messageKey(_ prefix: String) -> [UInt8] {
        let schema = ConnectSchema.structure(
            "io.debezium.connector.postgresql.MessageKey", [ConnectSchema("string").json(isOptional: true, field: "prefix")])
        return wrapped("{\"prefix\":\(JavaText.quoted(prefix))}", schema)
    }

    /// A message's record.
    public func message(
        _ prefix: String, _ content: [UInt8], from source: ChangeSource, at now: EventTime
    ) throws(DecodeFailure) -> [UInt8] {
        var out = ByteWriter(capacity: 512)
        out.raw("{\"op\":\"m\",\"ts_ms\":\(now.milliseconds),\"source\":".utf8)
        messages.write(source, into: &out)
        out.raw(",\"transaction\":".utf8)
        SourceBlock.transaction(source, into: &out)
        out.raw(",\"message\":{\"prefix\":\(JavaText.quoted(prefix)),\"content\":".utf8)
        let hexadecimal = Array(#"\x"#.utf8) + Hexadecimal.text(content)
        try unsafe hexadecimal.withUnsafeBufferPointer { bytes throws(DecodeFailure) in
            try unsafe binary?.write(UnsafeRawBufferPointer(bytes), &out)
        }
        out.raw("}}".utf8)
        let text = ConnectSchema("string")
        let inner = ConnectSchema.structure(
            "io.debezium.connector.postgresql.Message",
            [
                text.json(isOptional: true, field: "prefix"),
                ConnectSchema(settings.binary == .bytes ? "bytes" : "string").json(isOptional: true, field: "content"),
            ])
        let schema = ConnectSchema.structure(
            "io.debezium.connector.postgresql.MessageValue",
            [
                text.json(isOptional: false, field: "op"), ConnectSchema("int64").json(isOptional: true, field: "ts_ms"),
                SourceBlock.schema,
                SourceBlock.transactionSchema, inner.json(isOptional: false, field: "message"),
            ])
        return wrapped(String(decoding: out.bytes, as: UTF8.self), schema)
    }

    private func wrapped(_ payload: String, _ schema: @autoclosure () -> ConnectSchema) -> [UInt8] {
        settings.includesSchema
            ? Array("{\"schema\":\(schema().json(isOptional: false)),\"payload\":\(payload)}".utf8) : Array(payload.utf8)
    }
}
