internal import StreamCore

/// Dates, times of day, instants and lengths of time.
extension ValueCodec {
    static func temporal(_ name: String, _ modifier: Int32, _ settings: DebeziumSettings) -> ValueCodec? {
        let places = modifier < 0 ? 6 : Int(modifier)
        switch name {
        case "date": return date(settings.times)
        case "time": return time(places, settings.times)
        case "timestamp": return timestamp(places, settings.times)
        case "timetz": return zonedTime
        case "timestamptz": return zonedTimestamp(places)
        case "interval": return interval(asText: settings.writesIntervalsAsText)
        default: return nil
        }
    }

    /// Where a count of time is kept, and how many microseconds or parts of one it counts.
    private struct Unit {
        let schema: ConnectSchema
        let count: @Sendable (Int64) -> Int64

        static func milliseconds(_ type: String, _ name: String) -> Unit {
            Unit(schema: ConnectSchema(type, name)) { $0 >= 0 ? $0 / 1_000 : ($0 - 999) / 1_000 }
        }
        static func microseconds(_ name: String) -> Unit { Unit(schema: ConnectSchema("int64", name)) { $0 } }
        static func nanoseconds(_ name: String) -> Unit { Unit(schema: ConnectSchema("int64", name)) { $0 &* 1_000 } }
    }

    private static func date(_ mode: DebeziumSettings.Times) -> ValueCodec {
        if mode == .isostring {
            return unsafe ValueCodec(ConnectSchema("string", "io.debezium.time.IsoDate"), zero: "\"1970-01-01Z\"") {
                text, out throws(DecodeFailure) in
                var moment = Moment(microseconds: 0)
                moment.days = Int64(try days(unsafe Array(text)))
                out.raw("\"\(moment.date)Z\"".utf8)
            }
        }
        let name = mode == .connect ? "org.apache.kafka.connect.data.Date" : "io.debezium.time.Date"
        return unsafe ValueCodec(ConnectSchema("int32", name), zero: "0") { text, out throws(DecodeFailure) in
            out.raw(String(try days(unsafe Array(text))).utf8)
        }
    }

    /// Days since 1970. The infinities are the server's own, counted from 2000, past what 32 bits hold: there Debezium wraps, too.
    private static func days(_ text: [UInt8]) throws(DecodeFailure) -> Int32 {
        switch infinity(text) {
        case .some(true): Int32.max &+ 10_957
        case .some(false): Int32.min &+ 10_957
        case .none: Int32(truncatingIfNeeded: try Moment(dated: text).days)
        }
    }

    private static func time(_ places: Int, _ mode: DebeziumSettings.Times) -> ValueCodec {
        if mode == .isostring {
            return unsafe ValueCodec(ConnectSchema("string", "io.debezium.time.IsoTime"), zero: "\"00:00:00Z\"") {
                text, out throws(DecodeFailure) in
                out.raw("\"\(try Moment(clock: unsafe Array(text)).clock(places: nil))Z\"".utf8)
            }
        }
        let unit: Unit =
            switch mode {
            case .connect: .milliseconds("int32", "org.apache.kafka.connect.data.Time")
            case .adaptive where places <= 3: .milliseconds("int32", "io.debezium.time.Time")
            case .nanoseconds: .nanoseconds("io.debezium.time.NanoTime")
            default: .microseconds("io.debezium.time.MicroTime")
            }
        return unsafe ValueCodec(unit.schema, zero: "0") { text, out throws(DecodeFailure) in
            out.raw(String(unit.count(try Moment(clock: unsafe Array(text)).inDay)).utf8)
        }
    }

    private static func timestamp(_ places: Int, _ mode: DebeziumSettings.Times) -> ValueCodec {
        if mode == .isostring {
            return unsafe ValueCodec(ConnectSchema("string", "io.debezium.time.IsoTimestamp"), zero: "\"1970-01-01T00:00:00Z\"") {
                text, out throws(DecodeFailure) in
                let moment = Moment(microseconds: try microseconds(unsafe Array(text)))
                out.raw("\"\(moment.date)T\(moment.clock(places: nil))Z\"".utf8)
            }
        }
        let unit: Unit =
            switch mode {
            case .connect: .milliseconds("int64", "org.apache.kafka.connect.data.Timestamp")
            case .adaptive where places <= 3, .adaptiveTimeMicroseconds where places <= 3:
                .milliseconds("int64", "io.debezium.time.Timestamp")
            case .nanoseconds: .nanoseconds("io.debezium.time.NanoTimestamp")
            default: .microseconds("io.debezium.time.MicroTimestamp")
            }
        return unsafe ValueCodec(unit.schema, zero: "0") { text, out throws(DecodeFailure) in
            out.raw(String(unit.count(try microseconds(unsafe Array(text)))).utf8)
        }
    }

    /// Microseconds since 1970 as if in UTC. The infinities are those of PostgreSQL's JDBC driver, in milliseconds.
    private static func microseconds(_ text: [UInt8]) throws(DecodeFailure) -> Int64 {
        switch infinity(text) {
        case .some(true): 9_223_372_036_825_200_000
        case .some(false): -9_223_372_036_832_400_000
        case .none: try Moment(dated: text).microseconds
        }
    }

    private static let zonedTime = unsafe ValueCodec(ConnectSchema("string", "io.debezium.time.ZonedTime"), zero: "\"00:00:00Z\"") {
        text, out throws(DecodeFailure) in
        let moment = try Moment(clock: unsafe Array(text))
        let inDay = (moment.microseconds % Moment.perDay + Moment.perDay) % Moment.perDay
        out.raw("\"\(Moment(microseconds: inDay).clock(places: nil))Z\"".utf8)
    }

    private static func zonedTimestamp(_ places: Int) -> ValueCodec {
        unsafe ValueCodec(ConnectSchema("string", "io.debezium.time.ZonedTimestamp"), zero: "\"1970-01-01T00:00:00Z\"") {
            text, out throws(DecodeFailure) in
            let text = unsafe Array(text)
            if infinity(text) != nil { return JavaText.string(text, into: &out) }
            let moment = Moment(microseconds: try Moment(dated: text).microseconds)
            out.raw("\"\(moment.date)T\(moment.clock(places: places))Z\"".utf8)
        }
    }

    private static func interval(asText: Bool) -> ValueCodec {
        if asText {
            return unsafe ValueCodec(ConnectSchema("string", "io.debezium.time.Interval"), zero: "\"P0Y0M0DT0H0M0S\"") {
                text, out throws(DecodeFailure) in
                out.raw("\"\(try Interval(unsafe Array(text)).iso)\"".utf8)
            }
        }
        return unsafe ValueCodec(ConnectSchema("int64", "io.debezium.time.MicroDuration"), zero: "0") { text, out throws(DecodeFailure) in
            out.raw(String(try Interval(unsafe Array(text)).average).utf8)
        }
    }

    /// Whether a text is an infinity, and whether the positive one.
    private static func infinity(_ text: [UInt8]) -> Bool? {
        text.elementsEqual("infinity".utf8) ? true : text.elementsEqual("-infinity".utf8) ? false : nil
    }
}
