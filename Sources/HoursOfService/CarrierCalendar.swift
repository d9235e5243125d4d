internal import StreamCore

/// The carrier's days: 24-hour periods in the home terminal's time zone that begin at the time it has designated (395.2). Where clocks
/// are put forward or back, a day is shorter or longer.
public struct CarrierCalendar: Sendable, Hashable {
    private let zone: ZoneTable
    /// When a day begins, in minutes after midnight.
    public let dayStart: Int

    /// The days of a time zone such as `America/Chicago`, which begin so many minutes after midnight; `nil` for a zone that the system
    /// does not know or a minute that no day has.
    public init?(timeZone: String, dayStart: Int = 0) {
        guard let zone = ZoneTable.named(timeZone), (0..<1_440).contains(dayStart) else { return nil }
        self.zone = zone
        self.dayStart = dayStart
    }

    private init(zone: ZoneTable, dayStart: Int) {
        self.zone = zone
        self.dayStart = dayStart
    }

    /// The time zone's name.
    public var timeZone: String { zone.name }

    /// The same zone with days that begin at another minute; `nil` for a minute that no day has.
    public func starting(at dayStart: Int) -> CarrierCalendar? {
        (0..<1_440).contains(dayStart) ? CarrierCalendar(zone: zone, dayStart: dayStart) : nil
    }

    /// Reads `06:00` or `00:00:00` as minutes after midnight; `nil` for anything else, seconds included.
    public static func minutes(text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute), parts.count == 2 || Int(parts[2]) == 0
        else { return nil }
        return hour * 60 + minute
    }

    /// The number of the day that `instant` lies in; numbers go up by one a day.
    func day(_ instant: Micros) -> Int {
        let local = instant + zone.offset(at: instant) - Micros(dayStart) * .minute
        var day = Int(local >= 0 ? local / .day : (local - .day + 1) / .day)
        while start(of: day) > instant { day -= 1 }
        while start(of: day + 1) <= instant { day += 1 }
        return day
    }

    /// When that day begins.
    func start(of day: Int) -> Micros { zone.earliest(showing: Micros(day) * .day + Micros(dayStart) * .minute) }

    /// The day's date, as `2026-01-13`.
    func date(of day: Int) -> String { String(EventTime(Micros(day) * .day).rfc3339.prefix(10)) }

    public static func == (a: CarrierCalendar, b: CarrierCalendar) -> Bool { a.zone.name == b.zone.name && a.dayStart == b.dayStart }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(zone.name)
        hasher.combine(dayStart)
    }
}
