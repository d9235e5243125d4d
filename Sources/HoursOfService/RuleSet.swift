public import StreamCore

/// The limits of one jurisdiction and kind of work, as data, in force from a date on. A limit that is `nil` does not exist there.
public struct RuleSet: Hashable, Sendable {
    /// How the work window is counted.
    public enum WindowKind: UInt8, CaseIterable, Sendable {
        /// From the first duty on, rests included (395.3(a)(2)).
        case elapsed = 0
        /// Only time on duty (395.5(a)(2)).
        case onDuty = 1
    }

    /// How a full rest may be taken in two parts.
    public struct Split: Hashable, Sendable {
        /// The least length of either part.
        public var each: EventTime.Span
        /// The least length of both together.
        public var total: EventTime.Span
        /// The time in the berth without a break that one part must contain.
        public var berth: EventTime.Span
        /// Whether both parts must be in the berth, and only berth time counts.
        public var isBerthOnly: Bool

        /// A way to split.
        public init(each: EventTime.Span, total: EventTime.Span, berth: EventTime.Span, isBerthOnly: Bool) {
            self.each = each
            self.total = total
            self.berth = berth
            self.isBerthOnly = isBerthOnly
        }
    }

    /// The name that drivers and carriers are given.
    public var name: String
    /// The first instant at which a tour of duty may begin under it.
    public var effectiveFrom: EventTime
    /// The rest without a break that starts everything anew.
    public var fullRest: EventTime.Span
    /// The driving allowed between two full rests.
    public var drivingLimit: EventTime.Span?
    /// The window after which there is no driving.
    public var windowLimit: EventTime.Span?
    /// What the window counts.
    public var windowKind: WindowKind
    /// The driving after which an interruption is due.
    public var breakAfter: EventTime.Span?
    /// The interruption's least length.
    public var breakLength: EventTime.Span
    /// The rest that starts the cycle anew.
    public var restart: EventTime.Span?
    /// The split of a full rest.
    public var split: Split?
    /// What adverse conditions add to driving and window.
    public var adverseExtension: EventTime.Span
    /// The window of the sixteen-hour exception.
    public var extendedWindow: EventTime.Span?
    /// On how many of seven days in a row that exception is to be had, 1 or 2.
    public var extendedUses: Int
    /// How much of a passenger's time beside `seatBerth` in the berth is rest.
    public var seatCredit: EventTime.Span
    /// The time in the berth that makes it so.
    public var seatBerth: EventTime.Span
    /// Whether passengers are carried: names the rules that a violation breaks.
    public var carriesPassengers: Bool

    /// The days of which `extendedUses` counts.
    static let extendedPeriod = 7

    /// The property-carrying rules of 2020 (395.3, 395.1(g)).
    public static let usProperty = RuleSet(
        name: "US_PROPERTY", effectiveFrom: .distantPast, fullRest: .hours(10), drivingLimit: .hours(11), windowLimit: .hours(14),
        windowKind: .elapsed, breakAfter: .hours(8), breakLength: .minutes(30), restart: .hours(34),
        split: Split(each: .hours(2), total: .hours(10), berth: .hours(7), isBerthOnly: false), adverseExtension: .hours(2),
        extendedWindow: .hours(16), extendedUses: 1, seatCredit: .hours(3), seatBerth: .hours(7), carriesPassengers: false)

    /// The passenger-carrying rules (395.5, 395.1(g)(3)).
    public static let usPassenger = RuleSet(
        name: "US_PASSENGER", effectiveFrom: .distantPast, fullRest: .hours(8), drivingLimit: .hours(10), windowLimit: .hours(15),
        windowKind: .onDuty, breakAfter: nil, breakLength: .minutes(30), restart: nil,
        split: Split(each: .hours(2), total: .hours(8), berth: .hours(2), isBerthOnly: true), adverseExtension: .hours(2),
        extendedWindow: nil, extendedUses: 1, seatCredit: .zero, seatBerth: .hours(7), carriesPassengers: true)

    /// The exceptions of 395.1 that are parameters only.
    public static let variants: [RuleSet] = [
        usProperty.varied("US_PROPERTY_ALASKA") {
            $0.drivingLimit = .hours(15)
            $0.windowLimit = .hours(20)
        },
        usProperty.varied("US_PROPERTY_CONSTRUCTION") { $0.restart = .hours(24) },
        usProperty.varied("US_PROPERTY_OILFIELD") { $0.restart = .hours(24) },
        usProperty.varied("US_PROPERTY_FILM") {
            $0.fullRest = .hours(8)
            $0.drivingLimit = .hours(10)
            $0.windowLimit = .hours(15)
            $0.windowKind = .onDuty
            $0.split?.total = .hours(8)
        },
        usProperty.varied("US_PROPERTY_SHORT_HAUL") {
            $0.breakAfter = nil
            $0.split = nil
            $0.extendedUses = 2
        },
        usProperty.varied("US_PROPERTY_RETAIL_SEASON") {
            $0.drivingLimit = nil
            $0.windowLimit = nil
            $0.breakAfter = nil
        },
    ]

    private func varied(_ name: String, _ change: (inout RuleSet) -> Void) -> RuleSet {
        var copy = self
        copy.name = name
        change(&copy)
        return copy
    }
}

extension EventTime.Span {
    /// A span of that many hours.
    public static func hours(_ count: Int64) -> EventTime.Span { EventTime.Span(microseconds: count * .hour) }
    /// A span of that many minutes.
    public static func minutes(_ count: Int64) -> EventTime.Span { EventTime.Span(microseconds: count * .minute) }
}
