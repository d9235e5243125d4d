public import Pgoutput
public import StreamCore

/// Writes the records of one table as Debezium does. Made anew whenever the table has changed.
public struct TableWriter: Sendable {
    /// What a record tells.
    public enum Operation: String, Hashable, Sendable {
        /// A new row.
        case create = "c"
        /// A changed row.
        case update = "u"
        /// A row that is gone.
        case delete = "d"
        /// A row that was there when the tables were first read.
        case read = "r"
        /// A table that was emptied.
        case truncate = "t"
    }

    private struct Column: Sendable {
        let index: Int
        let opening: [UInt8]
        let codec: ValueCodec
        let isRequired: Bool
        let absent: [UInt8]
        let placeholder: [UInt8]
    }

    /// The table.
    public let table: CapturedTable
    private let columns: [Column]
    private let keyColumns: [Column]
    private let source: SourceBlock
    private let keyOpening: [UInt8]?
    private let valueOpening: [UInt8]?

    /// A writer for a table. Columns of types that Debezium leaves out are left out.
    public init(_ table: CapturedTable, _ settings: DebeziumSettings) {
        self.table = table
        var fields: [Int: String] = [:]
        var columns: [Column] = []
        for (index, column) in table.columns.enumerated() {
            guard let codec = ValueCodec.make(column.type, column.modifier, settings) else { continue }
            let isRequired = column.isRequired || table.key.contains(index)
            let initial = DefaultValue.json(column, codec)
            fields[index] = codec.schema.json(isOptional: !isRequired, initial: initial, field: column.name)
            columns.append(
                Column(
                    index: index, opening: Array("\(JavaText.quoted(column.name)):".utf8), codec: codec, isRequired: isRequired,
                    absent: Array((isRequired ? initial ?? codec.zero : "null").utf8), placeholder: Array(codec.placeholder.utf8)))
        }
        self.columns = columns
        keyColumns = table.key.compactMap { index in columns.first { $0.index == index } }
        source = SourceBlock(settings, schema: table.schema, table: table.name)
        guard settings.includesSchema else {
            (keyOpening, valueOpening) = (nil, nil)
            return
        }
        let name = "\(settings.name).\(table.schema).\(table.name)"
        let key = ConnectSchema.structure("\(name).Key", version: nil, table.key.compactMap { fields[$0] })
        keyOpening = Array("{\"schema\":\(key.json(isOptional: false)),\"payload\":".utf8)
        let row = ConnectSchema.structure("\(name).Value", version: nil, columns.compactMap { fields[$0.index] })
        let envelope = ConnectSchema.structure(
            "\(name).Envelope", version: 2,
            [
                row.json(isOptional: true, field: "before"), row.json(isOptional: true, field: "after"), SourceBlock.schema,
                SourceBlock.transactionSchema, ConnectSchema("string").json(isOptional: false, field: "op"),
            ] + ["ts_ms", "ts_us", "ts_ns"].map { ConnectSchema("int64").json(isOptional: true, field: $0) })
        valueOpening = Array("{\"schema\":\(envelope.json(isOptional: false)),\"payload\":".utf8)
    }

    /// The key of a row's records; `nil` for a table without one.
    public func key(of row: RowImage) throws(DecodeFailure) -> [UInt8]? {
        guard !keyColumns.isEmpty else { return nil }
        var out = ByteWriter(capacity: 64)
        if let keyOpening { out.raw(keyOpening) }
        try object(keyColumns, row, nil, into: &out)
        if keyOpening != nil { out.byte(0x7d) }
        return out.take()
    }

    /// The key of a row's records without its schema: what other records name it by.
    public func keyPayload(of row: RowImage) throws(DecodeFailure) -> [UInt8]? {
        guard !keyColumns.isEmpty else { return nil }
        var out = ByteWriter(capacity: 64)
        try object(keyColumns, row, nil, into: &out)
        return out.take()
    }

    /// Whether two rows have the same key.
    public func hasSameKey(_ row: RowImage, as other: RowImage) -> Bool { keyColumns.allSatisfy { row.hasSame($0.index, as: other) } }

    /// Appends a record's value. Large values that `after` leaves out are taken from `before` where it has them.
    public func write(
        _ operation: Operation, before: RowImage?, after: RowImage?, from source: ChangeSource, at now: EventTime,
        into out: inout ByteWriter
    ) throws(DecodeFailure) {
        if let valueOpening { out.raw(valueOpening) }
        out.raw("{\"before\":".utf8)
        if let before { try object(columns, before, nil, into: &out) } else { out.raw("null".utf8) }
        out.raw(",\"after\":".utf8)
        if let after { try object(columns, after, before, into: &out) } else { out.raw("null".utf8) }
        out.raw(",\"source\":".utf8)
        self.source.write(source, into: &out)
        out.raw(",\"transaction\":".utf8)
        SourceBlock.transaction(source, into: &out)
        let micros = now.microseconds
        out.raw(
            ",\"op\":\"\(operation.rawValue)\",\"ts_ms\":\(now.milliseconds),\"ts_us\":\(micros),\"ts_ns\":\(micros)000}".utf8)
        if valueOpening != nil { out.byte(0x7d) }
    }

    private func object(
        _ columns: [Column], _ row: RowImage, _ old: RowImage?, into out: inout ByteWriter
    ) throws(DecodeFailure) {
        out.byte(0x7b)
        var isFirst = true
        for column in columns {
            if !isFirst { out.byte(0x2c) }
            isFirst = false
            out.raw(column.opening)
            let isUnchanged = row.isUnchanged(column.index)
            let image = isUnchanged ? old ?? row : row
            unsafe try image.withText(column.index) { text throws(DecodeFailure) in
                guard let text = unsafe text else {
                    let isLeftOut = isUnchanged && (old == nil || image.isUnchanged(column.index))
                    return out.raw(isLeftOut ? column.placeholder : image.isNull(column.index) ? column.absent : column.placeholder)
                }
                try unsafe column.codec.write(text, &out)
            }
        }
        out.byte(0x7d)
    }
}
