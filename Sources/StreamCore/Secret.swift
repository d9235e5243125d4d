/// A password or key that a setting gave: whatever prints it, alone or within other values, prints dots.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// The secret of that text.
    public init(_ text: String) { self.text = text }

    /// The text itself, for the one call that needs it; it goes into no message, no log and no answer.
    public var revealed: String { text }

    public var description: String { "•••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
