public import StreamCore

/// An element on its way through a stage, with when it happened and where it came from.
public struct Event<Element: Sendable>: Sendable {
    /// What it is.
    public var element: Element
    /// When it happened.
    public var time: EventTime
    /// The record it came from.
    public var origin: Origin

    /// An event of those parts.
    @inlinable public init(_ element: Element, at time: EventTime, from origin: Origin) {
        self.element = element
        self.time = time
        self.origin = origin
    }
}

/// The record an event came from, and what its inlet found out about it.
public struct Origin: Hashable, Sendable, BitwiseCopyable {
    /// The record's offset; −1 for an event that no single record caused (a timer, a window's end).
    public var offset: Int64
    /// Its inlet, as an index into the stage's inlets.
    public var inlet: Int16
    @usableFromInline var flags: UInt8

    @usableFromInline static let late: UInt8 = 1
    @usableFromInline static let replayed: UInt8 = 2
    @usableFromInline static let inOrder: UInt8 = 4

    init(offset: Int64, inlet: Int16, flags: UInt8 = 0) {
        self.offset = offset
        self.inlet = inlet
        self.flags = flags
    }

    /// No record.
    public static let none = Origin(offset: -1, inlet: -1)

    /// Whether it was older than its watermark when it was read.
    @inlinable public var isLate: Bool { flags & Origin.late != 0 }

    /// Whether it was read before the restart and passes again only to refill ordering buffers.
    @inlinable var isReplayed: Bool { flags & Origin.replayed != 0 }

    /// Whether it left an ordering buffer: timers due before its time fire before it.
    @inlinable var isInOrder: Bool { flags & Origin.inOrder != 0 }
}

/// The two clocks of a task at one step.
public struct Moment: Hashable, Sendable {
    /// No event at or before this is still to come, late ones excepted.
    public var watermark: EventTime
    /// The time on the wall.
    public var now: EventTime
    /// Where a bounded input ends, in the step that ends it; `nil` in every other and always where input goes on.
    public internal(set) var end: EventTime?

    /// A moment of those clocks.
    public init(watermark: EventTime, now: EventTime) {
        self.watermark = watermark
        self.now = now
    }
}
