/// A value in a YAML document and where it was written.
///
/// A value behind an alias keeps the place of its anchor: that is the text a person would change.
public struct YAMLNode: Sendable {
    /// What a node can be.
    public enum Content: Sendable {
        /// Text. Whether it is a number, a truth value or a name is for who reads it to say; only quotes are told apart, because
        /// `"5"` and `"null"` are text to everyone.
        case scalar(String, isQuoted: Bool)
        /// A list.
        case sequence([YAMLNode])
        /// Keys and their values, in the order they were written.
        case mapping([YAMLEntry])
    }

    /// Where it begins.
    public let mark: YAMLMark
    /// What it is.
    public let content: Content

    /// A node of those parts; `init(text:file:environment:)` makes them from a file.
    public init(_ mark: YAMLMark, _ content: Content) {
        self.mark = mark
        self.content = content
    }

    /// Whether it is the absence of a value: nothing at all, `~` or `null`, without quotes.
    public var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }
}

/// One line of a mapping.
public struct YAMLEntry: Sendable {
    /// The key's text.
    public let key: String
    /// Where the key is written.
    public let keyMark: YAMLMark
    /// What stands behind it.
    public let value: YAMLNode

    /// An entry of those parts.
    public init(_ key: String, _ keyMark: YAMLMark, _ value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}
