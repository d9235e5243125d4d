internal import StreamCore

/// A setting that is missing, unknown or out of its range: where it stands and what would be right.
public struct SettingsFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// All problems found, one a line.
    public let description: String
    /// A failure for that reason.
    public init(_ description: String) { self.description = description }
}

/// A setting as the topology or a command line gives it.
public struct SettingValue: Hashable, Sendable {
    /// What it says.
    public enum Content: Hashable, Sendable {
        /// Text, a number, a truth value: as written.
        case scalar(String)
        /// A list.
        case list([String])
    }

    /// What it says.
    public let content: Content
    /// Where it stands, for messages: `topology/x.yaml:7:3` or `--set`.
    public let place: String

    /// A value at a place.
    public init(_ content: Content, at place: String) {
        self.content = content
        self.place = place
    }
}

/// Hands a job its settings, one typed question at a time; what nobody asked for is an error.
public struct SettingsReader {
    private let values: [String: SettingValue]
    private var asked: Set<String> = []
    private var problems: [String] = []
    /// What was asked for, with defaults, for docs and plans.
    public private(set) var effective: [(name: String, value: String)] = []

    /// A reader over named values.
    public init(_ values: [String: SettingValue]) { self.values = values }

    /// A reader over texts, as `--set name=value` gives them.
    public init(texts: [String: String] = [:]) { values = texts.mapValues { SettingValue(.scalar($0), at: "--set") } }

    /// A span of time such as `500ms`, `60s`, `16d`.
    public mutating func duration(_ name: String, default fallback: Duration, atLeast least: Duration = .zero) -> Duration {
        read(name, fallback, "a duration such as 500ms, 60s or 2d, at least \(least.text)", show: \.text) { text in
            Duration(text: text).flatMap { $0 >= least ? $0 : nil }
        }
    }

    /// A whole number within a range.
    public mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        let top = range.upperBound == .max ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        return read(name, fallback, "a whole number \(top)", show: { "\($0)" }) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A text that is not empty.
    public mutating func text(_ name: String, default fallback: String) -> String {
        read(name, fallback, "a text", show: { $0 }) { $0.isEmpty ? nil : $0 }
    }

    /// `true` or `false`.
    public mutating func flag(_ name: String, default fallback: Bool) -> Bool {
        read(name, fallback, "true or false", show: { "\($0)" }) { Bool($0) }
    }

    /// One of an enumeration's cases, in any letter case.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, default fallback: Choice) -> Choice
    where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return read(name, fallback, "one of \(known)", show: \.rawValue) { text in
            Choice.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
        }
    }

    /// A list of texts, none of them empty; one alone counts as a list of one.
    public mutating func texts(_ name: String, default fallback: [String]) -> [String] {
        asked.insert(name)
        let texts = values[name].map(\.texts) ?? fallback
        effective.append((name, texts.joined(separator: ", ")))
        if let value = values[name], texts.contains("") { problems.append("\(value.place): \(name) takes a list of texts") }
        return texts
    }

    /// A list of durations; one alone counts as a list of one.
    public mutating func durations(_ name: String, default fallback: [Duration]) -> [Duration] {
        asked.insert(name)
        effective.append((name, (values[name].map(\.texts) ?? fallback.map(\.text)).joined(separator: ", ")))
        guard let value = values[name] else { return fallback }
        let read = value.texts.map { Duration(text: $0) }
        if read.contains(nil) { problems.append("\(value.place): \(name) takes durations such as [60m, 30m, 15m]") }
        return read.compactMap { $0 }
    }

    /// Fails with every problem met, unknown settings included. Call it last.
    public mutating func finish() throws(SettingsFailure) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where !asked.contains(name) {
            let hint = nearest(to: name, among: asked).map { "did you mean \($0)?" } ?? "known: \(asked.sorted().joined(separator: ", "))"
            problems.append("\(value.place): unknown setting \(name); \(hint)")
        }
        if !problems.isEmpty { throw SettingsFailure(problems.joined(separator: "\n")) }
    }

    private mutating func read<Value>(
        _ name: String, _ fallback: Value, _ expected: String, show: (Value) -> String, _ parse: (String) -> Value?
    ) -> Value {
        asked.insert(name)
        guard let value = values[name] else {
            effective.append((name, show(fallback)))
            return fallback
        }
        guard case .scalar(let text) = value.content, let parsed = parse(text) else {
            problems.append("\(value.place): \(name) takes \(expected), not \(value.texts.joined(separator: ", "))")
            return fallback
        }
        effective.append((name, show(parsed)))
        return parsed
    }
}

extension SettingValue {
    var texts: [String] {
        switch content {
        case .scalar(let text): [text]
        case .list(let texts): texts
        }
    }
}
