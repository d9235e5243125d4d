internal import StreamCore

extension SeededGenerator {
    /// A UUIDv7 (RFC 9562 section 5.7) as lower-case text: the instant's milliseconds, then bits of this generator.
    mutating func id(at time: EventTime) -> String {
        let high = UInt64(bitPattern: max(0, time.milliseconds)) << 16 | 0x7000 | bits() & 0xfff
        let low = bits() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 { text.append(0x2d) }
            let word = digit < 16 ? high : low
            let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - digit % 16 * 4)) & 15
            text.append(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
