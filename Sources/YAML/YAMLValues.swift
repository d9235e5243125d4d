internal import StreamCore

/// What a node says, read as the type that its reader expects. Each throws, with the place, what was expected and what is there.
extension YAMLNode {
    /// Text; a number or a truth value without quotes is text too. Null is not.
    public func string() throws(YAMLFailure) -> String {
        guard case .scalar(let text, _) = content, !isNull else { throw unexpected("text") }
        return text
    }

    /// A whole number, written without quotes.
    public func int(in range: ClosedRange<Int> = .min ... .max) throws(YAMLFailure) -> Int {
        let wanted = range == .min ... .max ? "a whole number" : "a whole number from \(YAMLNode.text(range) { String($0) })"
        guard let value = Int(try plain(wanted)), range.contains(value) else { throw unexpected(wanted) }
        return value
    }

    /// A number with or without a fraction, written without quotes; never infinite.
    public func number(in range: ClosedRange<Double>? = nil) throws(YAMLFailure) -> Double {
        let wanted = range.map { "a number from \($0.lowerBound) to \($0.upperBound)" } ?? "a number"
        guard let value = Double(try plain(wanted)), value.isFinite, range?.contains(value) ?? true else { throw unexpected(wanted) }
        return value
    }

    /// `true` or `false`, written without quotes; `yes` and `on` are refused, since YAML's versions read them differently.
    public func bool() throws(YAMLFailure) -> Bool {
        switch try plain("true or false") {
        case "true": return true
        case "false": return false
        default: throw unexpected("true or false")
        }
    }

    /// A length of time such as `5s`, as `Duration(text:)` reads it; not negative unless `range` says so.
    public func duration(in range: ClosedRange<Duration>? = nil) throws(YAMLFailure) -> Duration {
        guard let value = Duration(text: try scalar(Duration.expectedText)) else { throw unexpected(Duration.expectedText) }
        guard let range else {
            if value < .zero { throw unexpected("a duration that is not negative") }
            return value
        }
        if !range.contains(value) { throw unexpected("a duration from \(range.lowerBound.text) to \(range.upperBound.text)") }
        return value
    }

    /// A number of bytes such as `256MB`, as `Int(byteSize:)` reads it.
    public func bytes(in range: ClosedRange<Int> = 0 ... .max) throws(YAMLFailure) -> Int {
        guard let value = Int(byteSize: try scalar(Int.expectedByteSize)) else { throw unexpected(Int.expectedByteSize) }
        if !range.contains(value) { throw unexpected("a size from \(YAMLNode.text(range, \.byteSize))") }
        return value
    }

    /// One of an enumeration's words.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type = Choice.self) throws(YAMLFailure) -> Choice {
        let words = Choice.allCases.map(\.rawValue)
        let wanted = words.count > 1 ? "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")" : words.joined()
        let text = try scalar(wanted)
        if let choice = Choice(rawValue: text) { return choice }
        let hint = nearest(to: text, among: words).map { "; did you mean `\($0)`?" } ?? ""
        throw YAMLFailure(mark, "expected \(wanted), found \(found)\(hint)")
    }

    /// A list; null is not an empty one.
    public func list() throws(YAMLFailure) -> [YAMLNode] {
        guard case .sequence(let items) = content else { throw unexpected("a list") }
        return items
    }

    /// A failure at this node: "expected `wanted`, found" and what is there.
    public func unexpected(_ wanted: String) -> YAMLFailure { YAMLFailure(mark, "expected \(wanted), found \(found)") }

    private func plain(_ wanted: String) throws(YAMLFailure) -> String {
        if case .scalar(_, isQuoted: true) = content {
            throw YAMLFailure(mark, "expected \(wanted), found text in quotes; write it without them")
        }
        return try scalar(wanted)
    }

    private func scalar(_ wanted: String) throws(YAMLFailure) -> String {
        guard case .scalar(let text, _) = content, !isNull else { throw unexpected(wanted) }
        return text
    }

    private var found: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar(let text, _): text.count > 40 ? "`\(text.prefix(40))…`" : "`\(text)`"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    private static func text(_ range: ClosedRange<Int>, _ write: (Int) -> String) -> String {
        range.upperBound == .max ? "\(write(range.lowerBound)) up" : "\(write(range.lowerBound)) to \(write(range.upperBound))"
    }
}
