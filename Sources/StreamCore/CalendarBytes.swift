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
        // Written in words, the first character in the lowest byte.
        word(pair(year / 100) | pair(year % 100) << 16 | 0x2d << 32 | pair(month) << 40 | 0x2d << 56)
        word(pair(dayOfMonth) | 0x54 << 16 | pair(second / 3_600) << 24 | 0x3a << 40 | pair(second / 60 % 60) << 48)
        word(UInt32(0x3a | pair(second % 60) << 8 | (fraction == 0 ? 0x5a : 0x2e) << 24))
        if fraction == 0 { return }
        let digits = pair(fraction / 10_000) | pair(fraction / 100 % 100) << 16 | pair(fraction % 100) << 32
        if fraction % 1_000 == 0 {
            word(UInt32(digits & 0xff_ffff | 0x5a << 24))
        } else {
            word(UInt32(digits & 0xffff_ffff))
            word(UInt16(digits >> 32))
            byte(0x5a)
        }
    }

    private func pair(_ number: Int64) -> UInt64 { UInt64(48 + number / 10) | UInt64(48 + number % 10) << 8 }
}
