extension Duration {
    /// Reads a length of time as settings and commands write it: a decimal number and one unit of `ns us ms s m h d`, without a space.
    ///
    /// `500ms`, `1.5s`, `15m`, `16d`; a day is 24 hours. A minus sign is read, so that `text` has an inverse; who wants a length
    /// refuses it. `nil` for anything else: no unit, finer than an attosecond, longer than `EventTime.Span` can hold.
    public init?(text: some StringProtocol) {
        guard let number = DecimalText(text), let unit = DurationText.units.last(where: { $0.name == number.unit }),
            let attoseconds = number.times(unit.attoseconds), attoseconds.magnitude <= DurationText.longest
        else { return nil }
        self.init(attoseconds: attoseconds)
    }

    /// The shortest exact text that `init(text:)` reads back as this length: `90s`, `2h`, `1500ms`.
    public var text: String {
        if self == .zero { return "0s" }
        if let unit = DurationText.units.last(where: { attoseconds % $0.attoseconds == 0 }) {
            return "\(attoseconds / unit.attoseconds)\(unit.name)"
        }
        let nanosecond = DurationText.units[0].attoseconds
        let fraction = String((attoseconds.magnitude % nanosecond.magnitude) + nanosecond.magnitude).dropFirst()
        let sign = attoseconds < 0 ? "-" : ""
        return "\(sign)\(attoseconds.magnitude / nanosecond.magnitude).\(fraction)ns"
    }

    /// What `init(text:)` reads, for messages: "expected " goes before it.
    public static var expectedText: String { "a duration such as 500ms, 5s, 15m, 2h or 16d" }
}

private enum DurationText {
    /// From the shortest to the longest.
    static let units: [(name: String, attoseconds: Int128)] = [
        ("ns", 1_000_000_000),
        ("us", 1_000_000_000_000),
        ("ms", 1_000_000_000_000_000),
        ("s", second),
        ("m", 60 * second),
        ("h", 3_600 * second),
        ("d", 86_400 * second),
    ]
    static let second: Int128 = 1_000_000_000_000_000_000
    /// `Int64.max` microseconds.
    static let longest = UInt128(Int64.max) * 1_000_000_000_000
}
