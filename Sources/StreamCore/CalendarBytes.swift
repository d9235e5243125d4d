extension EventTime {
    /// Reads RFC 3339 from UTF-8 in place; the same texts as `init(rfc3339:)`. Fast for `2026-01-02T03:04:05.678901Z`, with any fraction
    /// or none: what records carry.
    public init?(rfc3339 utf8: UnsafeRawBufferPointer) {
        if let time = unsafe EventTime.plain(utf8) {
            self = time
        } else {
            self.init(rfc3339: unsafe String(decoding: utf8, as: UTF8.self))
        }
    }

    private static func plain(_ text: UnsafeRawBufferPointer) -> EventTime? {
        let end = text.count - 1
        guard end >= 19, unsafe text[end] == 0x5a, unsafe text[4] == 0x2d, unsafe text[7] == 0x2d, unsafe text[10] == 0x54,
            unsafe text[13] == 0x3a, unsafe text[16] == 0x3a
        else { return nil }
        guard let century = unsafe pair(text, 0), let inCentury = unsafe pair(text, 2), let month = unsafe pair(text, 5),
            let day = unsafe pair(text, 8), let hour = unsafe pair(text, 11), let minute = unsafe pair(text, 14),
            let second = unsafe pair(text, 17)
        else { return nil }
        let year = century * 100 + inCentury
        guard month >= 1, month <= 12, day >= 1, day <= daysIn(month, of: year), hour < 24, minute < 60, second < 60 else { return nil }
        var fraction: Int64 = 0
        if end > 19 {
            guard unsafe text[19] == 0x2e, end > 20 else { return nil }
            var unit: Int64 = 100_000
            for at in 20..<end {
                let digit = unsafe text[at] &- 48
                guard digit < 10 else { return nil }
                fraction += Int64(digit) * unit
                unit /= 10
            }
        }
        let inDay = (hour * 60 + minute) * 60 + second
        return EventTime(microseconds: (days(year: year, month: month, day: day) * 86_400 + inDay) * 1_000_000 + fraction)
    }

    private static func pair(_ text: UnsafeRawBufferPointer, _ at: Int) -> Int64? {
        let (high, low) = unsafe (text[at] &- 48, text[at + 1] &- 48)
        return high < 10 && low < 10 ? Int64(high) * 10 + Int64(low) : nil
    }
}

extension ByteWriter {
    /// Appends an instant as RFC 3339 text in UTC, as `EventTime.rfc3339` reads, without a string in between.
    public mutating func rfc3339(_ time: EventTime) {
        if time == .distantPast || time == .distantFuture { return raw(time.rfc3339.utf8) }
        var day = time.microseconds / 86_400_000_000
        var inDay = time.microseconds % 86_400_000_000
        if inDay < 0 {
            day -= 1
            inDay += 86_400_000_000
        }
        let (year, month, dayOfMonth) = EventTime.civil(fromDays: day)
        guard (0...9_999).contains(year) else { return raw(time.rfc3339.utf8) }
        let (second, fraction) = (inDay / 1_000_000, inDay % 1_000_000)
        digits(year, 4, then: 0x2d)
        digits(month, 2, then: 0x2d)
        digits(dayOfMonth, 2, then: 0x54)
        digits(second / 3_600, 2, then: 0x3a)
        digits(second / 60 % 60, 2, then: 0x3a)
        digits(second % 60, 2, then: fraction == 0 ? 0x5a : 0x2e)
        if fraction != 0 { fraction % 1_000 == 0 ? digits(fraction / 1_000, 3, then: 0x5a) : digits(fraction, 6, then: 0x5a) }
    }

    private mutating func digits(_ number: Int64, _ width: Int, then last: UInt8) {
        var unit: Int64 = 1
        for _ in 1..<width { unit *= 10 }
        while unit > 0 {
            byte(48 + UInt8(number / unit % 10))
            unit /= 10
        }
        byte(last)
    }
}
