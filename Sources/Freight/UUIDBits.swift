internal import StreamCore

/// The 128 bits of a UUID, most significant first. They sort as the lower-case texts do, since its digits sort as their values do.
struct UUIDBits: Hashable, Comparable, Sendable, BitwiseCopyable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the canonical text, 36 bytes in lower case; nil for anything else, also for a UUID written otherwise.
    @inline(__always)
    init?(_ text: UnsafeRawBufferPointer) {
        guard text.count == 36, unsafe text[8] == 0x2d, unsafe text[13] == 0x2d, unsafe text[18] == 0x2d, unsafe text[23] == 0x2d,
            let first = unsafe UUIDBits.digits(UUIDBits.eight(text, 0)),
            let second = unsafe UUIDBits.digits(UUIDBits.eight(text, 9) & 0xffff_ffff | UUIDBits.eight(text, 14) << 32),
            let third = unsafe UUIDBits.digits(UUIDBits.eight(text, 19) & 0xffff_ffff | UUIDBits.eight(text, 24) << 32),
            let fourth = unsafe UUIDBits.digits(UUIDBits.eight(text, 28))
        else { return nil }
        high = first << 32 | second
        low = third << 32 | fourth
    }

    static func < (a: UUIDBits, b: UUIDBits) -> Bool { a.high == b.high ? a.low < b.low : a.high < b.high }

    /// The canonical text.
    var utf8: [UInt8] {
        var writer = ByteWriter(capacity: 36)
        write(into: &writer)
        return writer.take()
    }

    /// Appends the canonical text.
    func write(into writer: inout ByteWriter) {
        let dash: UInt64 = 0x2d
        let (first, second) = (UUIDBits.text(high >> 32), UUIDBits.text(high & 0xffff_ffff))
        let (third, fourth) = (UUIDBits.text(low >> 32), UUIDBits.text(low & 0xffff_ffff))
        writer.word(first)
        writer.word(dash | (second & 0xffff_ffff) << 8 | dash << 40 | (second >> 32) << 48)
        writer.word(second >> 48 | dash << 16 | (third & 0xffff_ffff) << 24 | dash << 56)
        writer.word(third >> 32 | fourth << 32)
        writer.word(UInt32(truncatingIfNeeded: fourth >> 32))
    }

    /// The eight hexadecimal digits of 32 bits, the first in the lowest byte: `digits` backwards.
    private static func text(_ bits: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let swapped = UInt64(UInt32(truncatingIfNeeded: bits).byteSwapped)
        let halves = (swapped | swapped << 16) & 0x0000_ffff_0000_ffff
        let bytes = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff
        let values = (bytes >> 4 | bytes << 8) & (ones &* 0x0f)
        let isLetter = ((values &+ ones &* (0x80 - 10)) >> 7) & ones
        return values &+ ones &* 0x30 &+ isLetter &* (0x61 - 0x3a)
    }

    private static func eight(_ text: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
        UInt64(littleEndian: unsafe text.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    /// The value of eight hexadecimal digits, the first in the lowest byte; all eight are checked and converted at once, a byte lane each.
    private static func digits(_ text: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        guard text & tops == 0 else { return nil }
        // A lane's top bit: its byte is at least '0', more than '9', at least 'a', more than 'f'.
        let isDigit = (text &+ ones &* (0x80 - 0x30)) & ~(text &+ ones &* (0x7f - 0x39))
        let isLetter = (text &+ ones &* (0x80 - 0x61)) & ~(text &+ ones &* (0x7f - 0x66))
        guard (isDigit | isLetter) & tops == tops else { return nil }
        let values = (text & (ones &* 0x0f)) &+ ((isLetter & tops) >> 7) &* 9
        let pairs = ((values << 4) | (values >> 8)) & 0x00ff_00ff_00ff_00ff
        let bytes = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff
        return UInt64(UInt32(truncatingIfNeeded: bytes | bytes >> 16).byteSwapped)
    }
}
