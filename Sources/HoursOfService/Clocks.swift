public import StreamCore

/// What a driver who would drive now has left, each clock by itself; `nil` where there is no such rule.
public struct Clocks: Hashable, Sendable {
    /// Driving until the driving limit.
    public var drive: EventTime.Span?
    /// Time until the window closes.
    public var window: EventTime.Span?
    /// Driving until an interruption is due.
    public var rest: EventTime.Span?
    /// Duty until the cycle is full.
    public var cycle: EventTime.Span?

    /// Clocks that show those.
    public init(drive: EventTime.Span?, window: EventTime.Span?, rest: EventTime.Span?, cycle: EventTime.Span?) {
        (self.drive, self.window, self.rest, self.cycle) = (drive, window, rest, cycle)
    }

    /// How long the driver may drive from now on without a stop: the least of all clocks.
    public var drivable: EventTime.Span { [drive, window, rest, cycle].compactMap { $0 }.min() ?? .hours(24) }

    /// How long the driver may drive from now on, interruptions for the break aside.
    public var drivableWithBreaks: EventTime.Span { [drive, window, cycle].compactMap { $0 }.min() ?? .hours(24) }
}

extension EventTime.Span {
    /// Whole minutes, what is left over cut off.
    public var minutes: Int { Int(microseconds / .minute) }
}

/// One of the clocks.
public enum ClockKind: UInt8, CaseIterable, Sendable {
    case drive = 0
    case window = 1
    case rest = 2
    case cycle = 3

    /// The name on the wire.
    public var name: String {
        switch self {
        case .drive: "DRIVE"
        case .window: "WINDOW"
        case .rest: "BREAK"
        case .cycle: "CYCLE"
        }
    }
}

extension Clocks {
    /// What one of the clocks shows.
    public subscript(kind: ClockKind) -> EventTime.Span? {
        switch kind {
        case .drive: drive
        case .window: window
        case .rest: rest
        case .cycle: cycle
        }
    }
}

/// What a coming day gives back: the duty time of the day that drops out of the cycle.
public struct Recap: Hashable, Sendable {
    /// The carrier's day, as `2026-01-13`.
    public let date: String
    /// When it begins.
    public let at: EventTime
    /// The duty time that no longer counts from then on.
    public let regained: EventTime.Span
}
