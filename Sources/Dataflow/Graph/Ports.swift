public import StreamCore
internal import Wire

/// An inlet of any type, where only its name matters.
public protocol NamedInlet: Sendable {
    /// The name that the topology binds.
    var name: String { get }
}

/// A job's typed way in; the topology binds it to a topic.
public struct Inlet<Element: Sendable>: Hashable, Sendable, NamedInlet {
    /// The name that the topology binds.
    public let name: String
    /// An inlet of that name.
    public init(_ name: String) { self.name = name }
}

/// An outlet of any type, where only its name matters.
public protocol NamedOutlet: Sendable {
    /// The name that the topology binds.
    var name: String { get }
}

/// A job's typed way out; the topology binds it to a topic.
public struct Outlet<Element: Sendable>: Hashable, Sendable, NamedOutlet {
    /// The name that the topology binds.
    public let name: String
    /// An outlet of that name.
    public init(_ name: String) { self.name = name }
}

/// Where an operator puts what came too late: counted, and sent to an outlet where the job named one.
@usableFromInline final class LateSink<Element: Sendable> {
    private let counts: StageCounts
    private let outlet: SideOutlet<Element>?

    init(_ counts: StageCounts, _ outlet: SideOutlet<Element>?) {
        self.counts = counts
        self.outlet = outlet
    }

    @usableFromInline func take(_ element: Element, at time: EventTime) {
        counts.late += 1
        outlet?.emit(element, at: time)
    }
}

/// What a stage counts beside the records in and out.
final class StageCounts {
    var late = 0
}

/// An outlet in the hands of an operator: for what leaves beside the main stream.
public final class SideOutlet<Element: Sendable> {
    private let append: (Element, EventTime) -> Void

    init(_ append: @escaping (Element, EventTime) -> Void) { self.append = append }

    /// Sends an element out, in the epoch being filled.
    public func emit(_ element: Element, at time: EventTime) { append(element, time) }
}
