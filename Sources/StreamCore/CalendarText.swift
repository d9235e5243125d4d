extension EventTime {
    /// RFC 3339 in UTC with `Z`: whole seconds, milliseconds or microseconds, whichever is exact.
    public var rfc3339: String {
        if self == .distantPast { return "-infinity" }
        if self == .distantFuture { return "infinity" }
        let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
        let (day, inDay) = rest < 0 ? (whole - 1, rest + 86_400_000_000) : (whole, rest)
        let (year, month, dayOfMonth) = EventTime.civil(fromDays: day)
        let fraction = inDay % 1_000_000
        let seconds = inDay / 1_000_000
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T"
        text += "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        if fraction != 0 { text += fraction % 1_000 == 0 ? ".\(padded(fraction / 1_000, 3))" : ".\(padded(fraction, 6))" }
        return text + "Z"
    }

    /// Reads RFC 3339 and its usual relaxations: a space for `T`, an offset `Z`, `±hh:mm`, `±hhmm` or `±hh`, a date alone;
    /// a time without an offset is UTC. Digits past microseconds are cut. `nil` for anything else, impossible dates included.
    public init?(rfc3339 text: some StringProtocol) {
        var utf8 = Array(text.utf8)[...]
        guard let parsed = EventTime.parse(&utf8), utf8.isEmpty else { return nil }
        self = parsed
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-compatible low-level date algorithms").
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The inverse of `days(year:month:day:)`, from the same source.
    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func parse(_ text: inout ArraySlice<UInt8>) -> EventTime? {
        guard let year = digits(4, &text), take("-", &text), let month = digits(2, &text), take("-", &text),
            let day = digits(2, &text), (1...12).contains(month), (1...daysIn(month, of: year)).contains(day)
        else { return nil }
        let date = days(year: year, month: month, day: day) * 86_400_000_000
        guard take("T", &text) || take("t", &text) || take(" ", &text) else {
            return EventTime(microseconds: date)
        }
        guard let hour = digits(2, &text), take(":", &text), let minute = digits(2, &text), hour < 24, minute < 60 else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if take(":", &text) {
            guard let value = digits(2, &text), value <= 60 else { return nil }
            second = value
            if take(".", &text) || take(",", &text) {
                guard let read = fractionDigits(&text) else { return nil }
                fraction = read
            }
        }
        guard let offset = offsetMinutes(&text) else { return nil }
        return EventTime(microseconds: date + ((hour * 60 + minute - offset) * 60 + second) * 1_000_000 + fraction)
    }

    private static func offsetMinutes(_ text: inout ArraySlice<UInt8>) -> Int64? {
        if text.isEmpty || take("Z", &text) || take("z", &text) { return 0 }
        let sign: Int64 = take("+", &text) ? 1 : take("-", &text) ? -1 : 0
        guard sign != 0, let hours = digits(2, &text), hours < 24 else { return nil }
        if text.isEmpty { return sign * hours * 60 }
        _ = take(":", &text)
        guard let minutes = digits(2, &text), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }

    static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func take(_ character: Unicode.Scalar, _ text: inout ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, first == UInt8(truncatingIfNeeded: character.value) else { return false }
        text = text.dropFirst()
        return true
    }

    private static func digits(_ count: Int, _ text: inout ArraySlice<UInt8>) -> Int64? {
        guard text.count >= count else { return nil }
        var value: Int64 = 0
        for byte in text.prefix(count) {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 48)
        }
        text = text.dropFirst(count)
        return value
    }

    private static func fractionDigits(_ text: inout ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let byte = text.first, (48...57).contains(byte) {
            if count < 6 { value = value * 10 + Int64(byte - 48) }
            count += 1
            text = text.dropFirst()
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 6 - count) { value *= 10 }
        return value
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

extension EventTime: CustomStringConvertible {
    /// The instant as people read it: RFC 3339.
    public var description: String { rfc3339 }
}
