public import StreamCore

/// The ten bytes of a UUIDv7 that are not its time. An event that is made again after a crash takes them from what caused it, so that it
/// gets the same id; a new request takes them from a random source.
public struct Entropy: Hashable, Sendable, BitwiseCopyable {
    let high: UInt16
    let low: UInt64

    /// Ten bytes, the first two in `high`.
    public init(high: UInt16, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Ten bytes that follow from `cause` alone.
    public init(of cause: [UInt8]) {
        low = xxh3(cause)
        high = UInt16(truncatingIfNeeded: xxh3(cause + [1]))
    }
}

extension EntityID {
    /// A UUID of version 7 (RFC 9562): the milliseconds of `time`, then `entropy`. The same two give the same id. Times before 1970 count
    /// as 1970.
    public static func version7(at time: EventTime, _ entropy: Entropy) -> EntityID {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xffff_ffff_ffff
        return EntityID(
            UUIDBits(
                high: milliseconds << 16 | 0x7000 | UInt64(entropy.high & 0x0fff),
                low: entropy.low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000))
    }
}

extension EntityID {
    /// A UUID of version 5 (RFC 9562): follows from `name` alone, within a namespace of Linehaul's own.
    public static func version5(_ name: [UInt8]) -> EntityID {
        let digest = sha1(linehaul + name)
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return EntityID(
            UUIDBits(
                high: word(digest[0..<8]) & 0xffff_ffff_ffff_0fff | 0x5000,
                low: word(digest[8..<16]) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000))
    }

    /// The namespace: 9b1deb4d-3b7d-5bad-9bdd-2b0d7b3dcb6d.
    private static let linehaul: [UInt8] = [
        0x9b, 0x1d, 0xeb, 0x4d, 0x3b, 0x7d, 0x5b, 0xad, 0x9b, 0xdd, 0x2b, 0x0d, 0x7b, 0x3d, 0xcb, 0x6d,
    ]
}
