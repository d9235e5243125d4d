internal import StreamCore

/// Reads a mapping key by key and remembers which were asked for, so that `finish()` can refuse the rest.
///
/// ```swift
/// var map = try YAMLMap(node, "an inlet")
/// let topic = try map.string("topic")
/// let lateness = try map.duration("lateness", default: .zero)
/// try map.finish()
/// ```
/// A key with nothing behind it counts as absent, so `postgres: ${LINEHAUL_POSTGRES:-}` is no database. Every reader of a required
/// value throws, at the mapping's place, when it is absent.
public struct YAMLMap: Sendable {
    /// Where the mapping begins.
    public let mark: YAMLMark
    /// What the mapping describes, in words that fit behind "of": "a job", "inlet `duty`".
    public let what: String
    /// Its lines, in the order they were written.
    private let entries: [YAMLEntry]
    private var asked: [String] = []
    private var isOpen = false

    /// A reader over a mapping; a null node is an empty one.
    public init(_ node: YAMLNode, _ what: String) throws(YAMLFailure) {
        switch node.content {
        case .mapping(let entries): self.entries = entries
        case .scalar where node.isNull: entries = []
        default: throw node.unexpected("a mapping: \(what)")
        }
        mark = node.mark
        self.what = what
    }

    /// The value of `key`; throws where it is absent. `kind` says what the key would hold: "text", "a list".
    public mutating func node(_ key: String, _ kind: String = "a value") throws(YAMLFailure) -> YAMLNode {
        if let node = optionalNode(key) { return node }
        if let entry = entries.first(where: { $0.key == key }) {
            throw YAMLFailure(entry.keyMark, "`\(key)` of \(what) has nothing behind it; expected \(kind)")
        }
        throw YAMLFailure(mark, "\(what) lacks `\(key)`; expected \(kind)")
    }

    /// The value of `key`, `nil` where it is absent or null.
    public mutating func optionalNode(_ key: String) -> YAMLNode? {
        if !asked.contains(key) { asked.append(key) }
        guard let node = entries.first(where: { $0.key == key })?.value, !node.isNull else { return nil }
        return node
    }

    /// Where `key` is written, for messages about how keys go together; the mapping's own place where it is absent.
    public func mark(of key: String) -> YAMLMark { entries.first { $0.key == key }?.keyMark ?? mark }

    /// Every line, whatever its key: for mappings whose keys are names that the file chooses (inlets, topics). Nothing is unknown then.
    public mutating func allEntries() -> [YAMLEntry] {
        isOpen = true
        return entries
    }

    /// Refuses every key that was never asked for, naming the nearest one that was. Called last, once for each mapping.
    public func finish() throws(YAMLFailure) {
        if isOpen { return }
        var problems = YAMLProblems()
        for entry in entries where !asked.contains(entry.key) {
            let known = asked.sorted().map { "`\($0)`" }.joined(separator: ", ")
            let hint =
                nearest(to: entry.key, among: asked).map { "did you mean `\($0)`?" }
                ?? (asked.isEmpty ? "\(what) has none" : "\(what) knows \(known)")
            problems.note(YAMLFailure(entry.keyMark, "unknown key `\(entry.key)`; \(hint)"))
        }
        try problems.check()
    }
}
