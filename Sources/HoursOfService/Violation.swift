public import StreamCore

/// Driving beyond a limit, once for each rule and each stretch of driving without a break.
public struct Violation: Hashable, Sendable {
    /// The rule that was broken.
    public enum Kind: UInt8, CaseIterable, Comparable, Sendable {
        case breakDue = 0
        case cycle60 = 1
        case cycle70 = 2
        case driving10 = 3
        case driving11 = 4
        case duty15 = 5
        case window14 = 6

        /// The name on the wire.
        public var name: String {
            switch self {
            case .breakDue: "BREAK_30M"
            case .cycle60: "CYCLE_60H"
            case .cycle70: "CYCLE_70H"
            case .driving10: "DRIVE_10H"
            case .driving11: "DRIVE_11H"
            case .duty15: "DUTY_15H"
            case .window14: "WINDOW_14H"
            }
        }

        /// The kind of that name.
        public init?(name: String) {
            guard let found = Kind.allCases.first(where: { $0.name == name }) else { return nil }
            self = found
        }

        public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    /// How bad it is (FMCSA, frequently asked question 4 on the rules of 2020).
    public enum Severity: UInt8, CaseIterable, Comparable, Sendable {
        /// Less than fifteen minutes over.
        case nominal = 0
        case violation = 1
        /// More than three hours over: out of service.
        case egregious = 2

        /// The name on the wire.
        public var name: String {
            switch self {
            case .nominal: "NOMINAL"
            case .violation: "VIOLATION"
            case .egregious: "EGREGIOUS"
            }
        }

        /// From how far over the limit.
        init(over: Micros) {
            self = over > Severity.egregiousAbove ? .egregious : over >= Severity.violationFrom ? .violation : .nominal
        }

        static let violationFrom: Micros = 15 * .minute
        static let egregiousAbove: Micros = 3 * .hour

        public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
    }

    /// What makes it the same violation after any correction: the rule, the entry that began the stretch of driving, and which of several
    /// in that stretch it is.
    public struct Identity: Hashable, Sendable {
        /// The rule.
        public let kind: Kind
        /// The key of the entry that began the driving.
        public let anchor: String
        /// 0 for the first of its kind in the stretch.
        public let ordinal: Int

        /// An identity of those parts.
        public init(kind: Kind, anchor: String, ordinal: Int) {
            self.kind = kind
            self.anchor = anchor
            self.ordinal = ordinal
        }
    }

    /// What makes it the same one for ever.
    public let identity: Identity
    /// The paragraph of Title 49 of the Code of Federal Regulations.
    public let paragraph: String
    /// The first instant that is driving and over the limit.
    public let at: EventTime
    /// When that driving ended, or how far the log goes.
    public var until: EventTime
    /// Whether the wheel still turns.
    public var isOngoing: Bool
    /// The limit.
    public let limit: EventTime.Span
    /// What the clock showed in the end.
    public var actual: EventTime.Span
    /// From when the clock counted.
    public let since: EventTime
    /// What of that time did not count: rests that are parts of a split.
    public let excluded: EventTime.Span
    /// Whether the driver has had a full rest since, so that no later rest can excuse it.
    public var isConfirmed: Bool
    /// The keys of the entries it follows from, in order.
    public let entries: [String]

    /// The rule.
    public var kind: Kind { identity.kind }
    /// How bad it is.
    public var severity: Severity { Severity(over: actual.microseconds - limit.microseconds) }

    /// The violation in words: what was driven, since when, which limit of which paragraph, from which entries.
    public var explanation: String {
        let (limit, actual) = (limit.microseconds.spoken, actual.microseconds.spoken)
        let counted: String =
            switch kind {
            case .driving10, .driving11: "\(actual) of driving since \(since), where \(limit) are allowed"
            case .window14:
                "driving \(actual) after work began at \(since)"
                    + (excluded > .zero ? " (\(excluded.microseconds.spoken) of split rest and time that does not count left out)" : "")
                    + ", where the window is \(limit)"
            case .duty15: "driving with \(actual) on duty since \(since), where \(limit) are allowed"
            case .breakDue: "\(actual) of driving since \(since) without 30 minutes of anything else, where \(limit) are allowed"
            case .cycle60, .cycle70: "driving with \(actual) on duty in the cycle's days since \(since), where \(limit) are allowed"
            }
        let end = isOngoing ? "still driving at \(until)" : "until \(until)"
        return "From \(at) \(end): \(counted) (49 CFR \(paragraph)). Entries: \(entries.joined(separator: ", "))."
    }

    /// Its id for a driver: the same for ever, a UUID of version 8.
    public func id(of driver: String) -> String { identity.id(of: driver) }
}

extension Violation.Identity {
    /// The violation's id for a driver: a UUID of version 8 that follows from driver and identity alone.
    public func id(of driver: String) -> String {
        var writer = ByteWriter(capacity: 96)
        writer.text(driver)
        writer.byte(kind.rawValue)
        writer.text(anchor)
        writer.varint(UInt64(ordinal))
        let high = xxh3(writer.bytes) & 0xffff_ffff_ffff_0fff | 0x8000
        writer.byte(0xff)
        let low = xxh3(writer.bytes) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { text.append(UInt8(ascii: "-")) }
            let digit = UInt8(truncatingIfNeeded: (place < 16 ? high : low) >> UInt64(60 - place % 16 * 4)) & 0xf
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
