extension MetricsRegistry {
    /// The media type of `text`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The present figures in Prometheus' text format, names and series sorted, so that two scrapes differ in figures alone.
    public var text: String { snapshot.text }
}

extension MetricsSnapshot {
    /// The figures in Prometheus' text format, version 0.0.4.
    public var text: String {
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(MetricsSnapshot.escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for series in family.series { append(series, of: family.name, to: &text) }
        }
        return text
    }

    private func append(_ series: Series, of name: String, to text: inout String) {
        func line(_ suffix: String, _ labels: [Label], _ value: String) {
            let inner = labels.map { "\($0.name)=\"\(MetricsSnapshot.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            text += "\(name)\(suffix)\(inner.isEmpty ? "" : "{\(inner)}") \(value)\n"
        }
        switch series.value {
        case .count(let count): line("", series.labels, "\(count)")
        case .level(let level): line("", series.labels, MetricsSnapshot.number(level))
        case .distribution(let buckets, let sum):
            for bucket in buckets {
                line("_bucket", series.labels + [Label(name: "le", value: MetricsSnapshot.number(bucket.bound))], "\(bucket.count)")
            }
            line("_sum", series.labels, MetricsSnapshot.number(sum))
            line("_count", series.labels, "\(buckets.last?.count ?? 0)")
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int(exactly: value), abs(value) < 1e15 { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
