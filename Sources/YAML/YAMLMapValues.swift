internal import StreamCore

/// Typed values by key. Without a default a key is required; with one, absent means the default; `optional…` gives `nil`.
extension YAMLMap {
    /// Text.
    public mutating func string(_ key: String) throws(YAMLFailure) -> String { try node(key, "text").string() }
    /// Text, `standIn` where absent.
    public mutating func string(_ key: String, default standIn: String) throws(YAMLFailure) -> String {
        try optionalString(key) ?? standIn
    }
    /// Text, `nil` where absent.
    public mutating func optionalString(_ key: String) throws(YAMLFailure) -> String? {
        try optionalNode(key)?.string()
    }

    /// A whole number within `range`.
    public mutating func int(_ key: String, in range: ClosedRange<Int> = .min ... .max) throws(YAMLFailure) -> Int {
        try node(key, "a whole number").int(in: range)
    }
    /// A whole number within `range`, `standIn` where absent.
    public mutating func int(
        _ key: String, default standIn: Int, in range: ClosedRange<Int> = .min ... .max
    ) throws(YAMLFailure) -> Int {
        try optionalInt(key, in: range) ?? standIn
    }
    /// A whole number within `range`, `nil` where absent.
    public mutating func optionalInt(_ key: String, in range: ClosedRange<Int> = .min ... .max) throws(YAMLFailure) -> Int? {
        try optionalNode(key)?.int(in: range)
    }

    /// A number within `range`.
    public mutating func number(_ key: String, in range: ClosedRange<Double>? = nil) throws(YAMLFailure) -> Double {
        try node(key, "a number").number(in: range)
    }
    /// A number within `range`, `standIn` where absent.
    public mutating func number(
        _ key: String, default standIn: Double, in range: ClosedRange<Double>? = nil
    ) throws(YAMLFailure) -> Double {
        try optionalNumber(key, in: range) ?? standIn
    }
    /// A number within `range`, `nil` where absent.
    public mutating func optionalNumber(_ key: String, in range: ClosedRange<Double>? = nil) throws(YAMLFailure) -> Double? {
        try optionalNode(key)?.number(in: range)
    }

    /// `true` or `false`.
    public mutating func bool(_ key: String) throws(YAMLFailure) -> Bool { try node(key, "true or false").bool() }
    /// `true` or `false`, `standIn` where absent.
    public mutating func bool(_ key: String, default standIn: Bool) throws(YAMLFailure) -> Bool {
        try optionalBool(key) ?? standIn
    }
    /// `true` or `false`, `nil` where absent.
    public mutating func optionalBool(_ key: String) throws(YAMLFailure) -> Bool? {
        try optionalNode(key)?.bool()
    }

    /// A length of time, not negative unless `range` says so.
    public mutating func duration(_ key: String, in range: ClosedRange<Duration>? = nil) throws(YAMLFailure) -> Duration {
        try node(key, Duration.expectedText).duration(in: range)
    }
    /// A length of time, `standIn` where absent.
    public mutating func duration(
        _ key: String, default standIn: Duration, in range: ClosedRange<Duration>? = nil
    ) throws(YAMLFailure) -> Duration {
        try optionalDuration(key, in: range) ?? standIn
    }
    /// A length of time, `nil` where absent.
    public mutating func optionalDuration(_ key: String, in range: ClosedRange<Duration>? = nil) throws(YAMLFailure) -> Duration? {
        try optionalNode(key)?.duration(in: range)
    }

    /// A number of bytes within `range`.
    public mutating func bytes(_ key: String, in range: ClosedRange<Int> = 0 ... .max) throws(YAMLFailure) -> Int {
        try node(key, Int.expectedByteSize).bytes(in: range)
    }
    /// A number of bytes within `range`, `standIn` where absent.
    public mutating func bytes(
        _ key: String, default standIn: Int, in range: ClosedRange<Int> = 0 ... .max
    ) throws(YAMLFailure) -> Int {
        try optionalBytes(key, in: range) ?? standIn
    }
    /// A number of bytes within `range`, `nil` where absent.
    public mutating func optionalBytes(_ key: String, in range: ClosedRange<Int> = 0 ... .max) throws(YAMLFailure) -> Int? {
        try optionalNode(key)?.bytes(in: range)
    }

    /// One of an enumeration's words.
    public mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, _: Choice.Type = Choice.self
    ) throws(YAMLFailure) -> Choice {
        try node(key, "a word").choice()
    }
    /// One of an enumeration's words, `standIn` where absent.
    public mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default standIn: Choice
    ) throws(YAMLFailure) -> Choice {
        try optionalNode(key)?.choice() ?? standIn
    }

    /// A list of at least nothing: required, but it may be empty.
    public mutating func list(_ key: String) throws(YAMLFailure) -> [YAMLNode] { try node(key, "a list").list() }
    /// A list, `nil` where absent.
    public mutating func optionalList(_ key: String) throws(YAMLFailure) -> [YAMLNode]? {
        try optionalNode(key)?.list()
    }

    /// A mapping within this one, called `what` in messages; the caller finishes it too.
    public mutating func map(_ key: String, _ what: String) throws(YAMLFailure) -> YAMLMap {
        try YAMLMap(try node(key, "a mapping"), what)
    }
    /// A mapping within this one, `nil` where absent.
    public mutating func optionalMap(_ key: String, _ what: String) throws(YAMLFailure) -> YAMLMap? {
        guard let node = optionalNode(key) else { return nil }
        return try YAMLMap(node, what)
    }
}
