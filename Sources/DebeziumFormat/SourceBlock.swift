public import Pgoutput
public import StreamCore

/// Where a change comes from: what its `source` says.
public struct ChangeSource: Hashable, Sendable {
    /// What a record is to the first reading of tables; `none` for a change.
    public enum Snapshot: String, Hashable, Sendable {
        /// A row between others.
        case inside = "true"
        /// The first row of all.
        case first
        /// The first row of a table.
        case firstInTable = "first_in_data_collection"
        /// The last row of a table.
        case lastInTable = "last_in_data_collection"
        /// The last row of all.
        case last
        /// No row that was read: a change.
        case none = "false"
    }

    /// When the transaction committed, or the tables were read.
    public var time: EventTime
    /// The row's part in the first reading.
    public var snapshot = Snapshot.none
    /// The transaction's number.
    public var transaction: UInt32
    /// Where the change stands in the log.
    public var position: LogPosition
    /// Where the transaction before it ended; `nil` for the first.
    public var lastCommit: LogPosition?
    /// Its number among the transaction's changes, and among those of its table; `nil` where transactions are not told of.
    public var order: (total: Int, table: Int)?

    /// A source of those parts.
    public init(
        time: EventTime, snapshot: Snapshot = .none, transaction: UInt32, position: LogPosition, lastCommit: LogPosition?,
        order: (total: Int, table: Int)? = nil
    ) {
        self.time = time
        self.snapshot = snapshot
        self.transaction = transaction
        self.position = position
        self.lastCommit = lastCommit
        self.order = order
    }

    public static func == (a: ChangeSource, b: ChangeSource) -> Bool {
        a.time == b.time && a.snapshot == b.snapshot && a.transaction == b.transaction && a.position == b.position
            && a.lastCommit == b.lastCommit && a.order?.total == b.order?.total && a.order?.table == b.order?.table
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(position)
        hasher.combine(transaction)
        hasher.combine(order?.total)
    }
}

/// The members that every envelope has, and their schemas.
struct SourceBlock: Sendable {
    private let opening: [UInt8]
    private let database: [UInt8]
    private let table: [UInt8]

    init(_ settings: DebeziumSettings, schema: String, table: String) {
        opening = Array(
            "{\"version\":\"\(DebeziumSettings.version)\",\"connector\":\"postgresql\",\"name\":\(JavaText.quoted(settings.name)),\"ts_ms\":"
                .utf8)
        database = Array("\",\"db\":\(JavaText.quoted(settings.database)),\"sequence\":\"[".utf8)
        self.table = Array(",\"schema\":\(JavaText.quoted(schema)),\"table\":\(JavaText.quoted(table)),\"txId\":".utf8)
    }

    func write(_ source: ChangeSource, into out: inout ByteWriter) {
        let micros = source.time.microseconds
        out.raw(opening)
        out.raw(String(source.time.milliseconds).utf8)
        out.raw(",\"snapshot\":\"".utf8)
        out.raw(source.snapshot.rawValue.utf8)
        out.raw(database)
        if let last = source.lastCommit { out.raw("\\\"\(last.number)\\\"".utf8) } else { out.raw("null".utf8) }
        out.raw(",\\\"\(source.position.number)\\\"]\",\"ts_us\":\(micros),\"ts_ns\":\(micros)000".utf8)
        out.raw(table)
        out.raw("\(source.transaction),\"lsn\":\(source.position.number),\"xmin\":null}".utf8)
    }

    static func transaction(_ source: ChangeSource, into out: inout ByteWriter) {
        guard let order = source.order else { return out.raw("null".utf8) }
        out.raw(
            "{\"id\":\"\(source.transaction):\(source.position.number)\",\"total_order\":\(order.total),\"data_collection_order\":\(order.table)}"
                .utf8)
    }

    /// The schema of `source`.
    static let schema: String = {
        let marks = "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental"
        let snapshot = ConnectSchema("string", "io.debezium.data.Enum", parameters: [("allowed", marks)])
        let text = ConnectSchema("string")
        let number = ConnectSchema("int64")
        return ConnectSchema.structure(
            "io.debezium.connector.postgresql.Source",
            [
                text.json(isOptional: false, field: "version"), text.json(isOptional: false, field: "connector"),
                text.json(isOptional: false, field: "name"), number.json(isOptional: false, field: "ts_ms"),
                snapshot.json(isOptional: true, initial: "\"false\"", field: "snapshot"), text.json(isOptional: false, field: "db"),
                text.json(isOptional: true, field: "sequence"), number.json(isOptional: true, field: "ts_us"),
                number.json(isOptional: true, field: "ts_ns"), text.json(isOptional: false, field: "schema"),
                text.json(isOptional: false, field: "table"), number.json(isOptional: true, field: "txId"),
                number.json(isOptional: true, field: "lsn"), number.json(isOptional: true, field: "xmin"),
            ]
        ).json(isOptional: false, field: "source")
    }()

    /// The schema of `transaction`.
    static let transactionSchema: String = ConnectSchema.structure(
        "event.block",
        [
            ConnectSchema("string").json(isOptional: false, field: "id"),
            ConnectSchema("int64").json(isOptional: false, field: "total_order"),
            ConnectSchema("int64").json(isOptional: false, field: "data_collection_order"),
        ]
    ).json(isOptional: true, field: "transaction")
}
