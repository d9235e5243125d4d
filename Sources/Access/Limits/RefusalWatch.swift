public import StreamCore

/// Which refusals are said in the log: the first, then at most one line a minute with how many there were, so that neither who guesses
/// nor who tries again all the time can fill a disk.
public struct RefusalWatch: Sendable {
    private static let quiet = EventTime.Span(.seconds(60))
    private var last = EventTime.distantPast
    private var unsaid = 0

    /// A watch that has seen nothing.
    public init() {}

    /// Notes a refusal; how many have to be said now, this one and those kept quiet before it, or `nil` for none.
    public mutating func refused(at now: EventTime) -> Int? {
        unsaid += 1
        guard last == .distantPast || now.since(last) >= RefusalWatch.quiet else { return nil }
        defer { (last, unsaid) = (now, 0) }
        return unsaid
    }
}
