internal import Dataflow
internal import DebeziumFormat
internal import StreamCore

/// What is captured, and how it is written.
struct CaptureSettings: Sendable {
    /// A table by the names that the catalog has.
    struct Table: Hashable, Sendable, CustomStringConvertible {
        let schema: String
        let name: String

        init(schema: String, name: String) {
            self.schema = schema
            self.name = name
        }

        /// `schema.table`, or a table of the schema `public`.
        init(_ text: some StringProtocol) {
            let parts = text.split(separator: ".", maxSplits: 1)
            schema = parts.count == 2 ? String(parts[0]) : "public"
            name = String(parts.last ?? "")
        }

        /// The outlet of its records.
        var outlet: String { schema == "public" ? name : "\(schema).\(name)" }

        var description: String { "\(schema).\(name)" }

        /// Its name in a statement.
        var quoted: String { "\(SQL.name(schema)).\(SQL.name(name))" }
    }

    /// The tables, in the order in which they are first read.
    let tables: [Table]
    /// The slot that the server keeps its log for.
    let slot: String
    /// The publication that names the tables.
    let publication: String
    /// Whether the tables are read as they are before the first change.
    let readsTables: Bool
    /// What becomes of a capture that has lost changes: the slot is gone, was read by somebody else, or the server has dropped its log.
    enum Loss: String, CaseIterable, Sendable {
        /// It stands still and says so.
        case stop
        /// It begins anew: a new slot, and every table read as it is.
        case readAgain = "read-again"
    }

    /// What becomes of it where changes are lost.
    let whenLost: Loss
    /// Whether there is an outlet `transactions`, and records name their transaction.
    let tellsTransactions: Bool
    /// Whether there is an outlet `messages` for what `pg_logical_emit_message` says.
    let tellsMessages: Bool
    /// Whether there is an outlet `heartbeats` in which progress is told.
    let tellsHeartbeats: Bool
    /// Whether emptied tables are told of.
    let tellsTruncates: Bool
    /// Whether the server sends large transactions while they run, and does not gather them itself first.
    let streamsLarge: Bool
    /// The directory where those are kept until they commit.
    let spill: String
    /// How often, at the most, progress is kept while no table changes.
    let heartbeat: EventTime.Span
    /// The form of records; the database's name is found out.
    let format: DebeziumSettings

    init(_ settings: inout SettingsReader) {
        tables = settings.texts("tables", default: ["loads", "drivers", "vehicles", "carriers", "routes", "audit_logs"])
            .map { Table($0) }.sorted { $0.description < $1.description }
        slot = settings.text("slot", default: "tms_pg_cdc")
        publication = settings.text("publication", default: "tms_pg_cdc")
        readsTables = settings.flag("read-tables", default: true)
        whenLost = settings.choice("when-lost", default: .stop)
        tellsTransactions = settings.flag("transactions", default: false)
        tellsMessages = settings.flag("messages", default: false)
        tellsHeartbeats = settings.flag("heartbeats", default: false)
        tellsTruncates = settings.flag("truncates", default: false)
        streamsLarge = settings.flag("stream-large", default: true)
        spill = settings.text("spill", default: "/var/tmp")
        heartbeat = EventTime.Span(settings.duration("heartbeat", default: .seconds(5), atLeast: .milliseconds(100)))
        var format = DebeziumSettings(name: settings.text("prefix", default: "tms"), database: "")
        format.decimals = settings.choice("decimals", default: .precise)
        format.times = settings.choice("times", default: .adaptive)
        format.binary = settings.choice("binary", default: .bytes)
        format.writesIntervalsAsText = settings.flag("intervals-as-text", default: false)
        format.writesHstoreAsMap = settings.flag("hstore-as-map", default: false)
        format.includesSchema = settings.flag("schemas", default: false)
        format.writesTombstones = settings.flag("tombstones", default: true)
        self.format = format
    }

    /// The names of the outlets.
    var outlets: [String] {
        tables.map(\.outlet) + (tellsTransactions ? ["transactions"] : []) + (tellsMessages ? ["messages"] : [])
            + (tellsHeartbeats ? ["heartbeats"] : [])
    }
}

/// Names and texts in statements.
enum SQL {
    /// A name in quotes.
    static func name(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }

    /// A text in quotes.
    static func text(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
