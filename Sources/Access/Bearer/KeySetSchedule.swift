public import StreamCore

/// When to read an issuer's key set again: now and then, and soon when a token names a key that is not in it; never because somebody
/// sends many such tokens.
public struct KeySetSchedule: Sendable {
    /// How old a set may become.
    public static let every = EventTime.Span(.seconds(600))
    /// The least time between two readings, whatever asks for them.
    public static let atLeast = EventTime.Span(.seconds(30))

    private var last = EventTime.distantPast
    private var isWanted = false

    /// A schedule by which the first reading is due.
    public init() {}

    /// A token named a key that is not known.
    public mutating func missed() { isWanted = true }

    /// Somebody who may says that the set has changed.
    public mutating func renew() { last = .distantPast }

    /// Whether to read now; if so, that counts as a reading, whatever comes of it: a set that cannot be read leaves the one there is.
    public mutating func isDue(at now: EventTime) -> Bool {
        let age = now.since(last)
        guard last == .distantPast || age >= KeySetSchedule.every || isWanted && age >= KeySetSchedule.atLeast else { return false }
        (last, isWanted) = (now, false)
        return true
    }
}
