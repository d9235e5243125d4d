internal import StreamCore

/// A date, a time of day, or both, as the server writes them in ISO form.
struct Moment {
    /// Days since 1970-01-01.
    var days: Int64 = 0
    /// Microseconds since midnight.
    var inDay: Int64 = 0
    /// Seconds east of Greenwich.
    var offset: Int64 = 0

    static let perDay: Int64 = 86_400_000_000

    /// Microseconds since 1970, in UTC.
    var microseconds: Int64 { days &* Moment.perDay &+ inDay &- offset * 1_000_000 }

    /// One that many microseconds after 1970 began.
    init(microseconds: Int64) {
        days = microseconds / Moment.perDay
        inDay = microseconds % Moment.perDay
        if inDay < 0 { (days, inDay) = (days - 1, inDay + Moment.perDay) }
    }

    /// A date, with a time of day behind it or not, perhaps before Christ.
    init(dated text: [UInt8]) throws(DecodeFailure) {
        var reader = DigitReader(text)
        var year = try reader.number()
        try reader.expect("-")
        let month = try reader.number()
        try reader.expect("-")
        let day = try reader.number()
        if reader.takes(" "), !reader.isAtWord { try clock(&reader) }
        if text.suffix(3).elementsEqual(" BC".utf8) { year = 1 - year }
        days = Moment.days(year, month, day)
    }

    /// A time of day.
    init(clock text: [UInt8]) throws(DecodeFailure) {
        var reader = DigitReader(text)
        try clock(&reader)
    }

    private mutating func clock(_ reader: inout DigitReader) throws(DecodeFailure) {
        let hours = try reader.number()
        try reader.expect(":")
        let minutes = try reader.number()
        var seconds: Int64 = 0
        var micros: Int64 = 0
        if reader.takes(":") {
            seconds = try reader.number()
            if reader.takes(".") { micros = try reader.fraction() }
        }
        inDay = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros
        let sign: Int64 = reader.takes("+") ? 1 : reader.takes("-") ? -1 : 0
        guard sign != 0 else { return }
        offset = try reader.number() * 3_600
        if reader.takes(":") { offset += try reader.number() * 60 }
        if reader.takes(":") { offset += try reader.number() }
        offset *= sign
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date as ISO 8601, years beyond 9999 with a sign.
    var date: String {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let sign = year < 0 ? "-" : year > 9_999 ? "+" : ""
        return "\(sign)\(padded(abs(year), 4))-\(padded(month, 2))-\(padded(dayOfYear - (153 * shifted + 2) / 5 + 1, 2))"
    }

    /// The time of day with `places` digits behind the point; `nil`: as many as it needs.
    func clock(places: Int?) -> String {
        let seconds = inDay / 1_000_000
        let text = "\(padded(seconds / 3_600 % 24, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        var fraction = Substring(padded(inDay % 1_000_000, 6))
        if let places {
            fraction = fraction.prefix(places)
        } else {
            while fraction.hasSuffix("0") { fraction.removeLast() }
        }
        return fraction.isEmpty ? text : "\(text).\(fraction)"
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// Reads digits and what stands between them.
struct DigitReader {
    private let text: [UInt8]
    private var at = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { at == text.count }

    /// Whether a letter comes next.
    var isAtWord: Bool { at < text.count && text[at] >= 65 }

    mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard at < text.count, UInt32(text[at]) == character.value else { return false }
        at += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(DecodeFailure) {
        if !takes(character) { throw failure("'\(character)'") }
    }

    mutating func number() throws(DecodeFailure) -> Int64 {
        var value: Int64 = 0
        let start = at
        while at < text.count, (48...57).contains(text[at]), at - start < 17 {
            value = value * 10 + Int64(text[at] - 48)
            at += 1
        }
        guard at > start else { throw failure("a digit") }
        return value
    }

    /// Up to six digits behind a point, as microseconds.
    mutating func fraction() throws(DecodeFailure) -> Int64 {
        let start = at
        var value = try number()
        for _ in 0..<max(0, 6 - (at - start)) { value *= 10 }
        return value
    }

    private func failure(_ wanted: String) -> DecodeFailure {
        DecodeFailure(
            "a date or time in which \(wanted) is missing at character \(at + 1): \(String(decoding: text.prefix(40), as: UTF8.self))")
    }
}
