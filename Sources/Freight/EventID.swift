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
