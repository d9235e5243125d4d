internal import StreamCore

/// How much duty time so many days may hold: 60 hours in 7 days, 70 in 8.
public struct Cycle: Hashable, Sendable, CustomStringConvertible {
    /// The limit.
    public let hours: Int
    /// The days it looks at, the current one included.
    public let days: Int

    /// A cycle of that many hours in that many days.
    public init(hours: Int, days: Int) {
        self.hours = hours
        self.days = days
    }

    /// Reads `70/8`; `nil` for anything else, also for a cycle of no length or of more than 31 days.
    public init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = Int(parts[0]), let days = Int(parts[1]), (1...744).contains(hours), (1...31).contains(days)
        else { return nil }
        self.init(hours: hours, days: days)
    }

    /// 60 hours in 7 days.
    public static let sixtyInSeven = Cycle(hours: 60, days: 7)
    /// 70 hours in 8 days.
    public static let seventyInEight = Cycle(hours: 70, days: 8)

    /// As it is written: `70/8`.
    public var description: String { "\(hours)/\(days)" }

    var limit: Micros { Micros(hours) * .hour }
}
