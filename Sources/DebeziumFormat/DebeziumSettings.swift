/// How changes are written: Debezium's own choices under our words, with its defaults.
public struct DebeziumSettings: Hashable, Sendable {
    /// What numbers with exact places become (`decimal.handling.mode`).
    public enum Decimals: String, Hashable, Sendable, CaseIterable {
        /// Base64 of the unscaled number, big-endian.
        case precise
        /// Text.
        case string
        /// A JSON number, as near as a double comes.
        case double
    }

    /// What dates and times become (`time.precision.mode`).
    public enum Times: String, Hashable, Sendable, CaseIterable {
        /// Days; milliseconds or microseconds, whichever the column holds.
        case adaptive
        /// The same, but times of day are microseconds always.
        case adaptiveTimeMicroseconds = "adaptive_time_microseconds"
        /// Kafka Connect's logical types: days and milliseconds.
        case connect
        /// ISO 8601 text.
        case isostring
        /// Microseconds always.
        case microseconds
        /// Nanoseconds always; good for the years 1677 to 2262.
        case nanoseconds
    }

    /// What bytes become (`binary.handling.mode`).
    public enum Binary: String, Hashable, Sendable, CaseIterable {
        /// Base64, as bytes of Kafka Connect.
        case bytes
        /// Base64, as text.
        case base64
        /// Base64 with `-` and `_`, as text.
        case base64URLSafe = "base64-url-safe"
        /// Hexadecimal text.
        case hex
    }

    /// What goes before the names of schemas and tables in names of topics and record schemas; Debezium's `topic.prefix`.
    public var name: String
    /// The database's name.
    public var database: String
    /// What exact numbers become.
    public var decimals = Decimals.precise
    /// What dates and times become.
    public var times = Times.adaptive
    /// What bytes become.
    public var binary = Binary.bytes
    /// Whether intervals are ISO 8601 text instead of microseconds (`interval.handling.mode=string`).
    public var writesIntervalsAsText = false
    /// Whether hstores are JSON objects instead of their text (`hstore.handling.mode=map`).
    public var writesHstoreAsMap = false
    /// Whether keys and values carry their schema.
    public var includesSchema = false
    /// Whether a delete is followed by a record without a value (`tombstones.on.delete`).
    public var writesTombstones = true

    /// Debezium's defaults, without schemas.
    public init(name: String, database: String) {
        self.name = name
        self.database = database
    }

    /// The version of the connector whose format this is.
    static let version = "3.3.1.Final"
}
