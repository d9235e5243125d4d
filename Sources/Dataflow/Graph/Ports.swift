public import StreamCore
internal import Wire

/// A job's typed way in; the topology binds it to a topic.
public struct Inlet<Element: Sendable>: Hashable, Sendable {
    /// The name that the topology binds.
    public let name: String
    /// An inlet of that name.
    public init(_ name: String) { self.name = name }
}

/// A job's typed way out; the topology binds it to a topic.
public struct Outlet<Element: Sendable>: Hashable, Sendable {
    /// The name that the topology binds.
    public let name: String
    /// An outlet of that name.
    public init(_ name: String) { self.name = name }
}

/// An outlet in the hands of an operator: for what leaves beside the main stream.
public final class SideOutlet<Element: Sendable> {
    private let append: (Element, EventTime) -> Void

    init(_ append: @escaping (Element, EventTime) -> Void) { self.append = append }

    /// Sends an element out, in the epoch being filled.
    public func emit(_ element: Element, at time: EventTime) { append(element, time) }
}
