/// Which partition a key belongs to: Kafka's own rule, so foreign producers and ours agree.
///
/// `toPositive(murmur2(key)) % partitions`, as in Kafka's `BuiltInPartitioner` and librdkafka's `murmur2_random`.
public enum Partitioner {
    /// The partition of `key` among `count` (at least 1).
    public static func partition(of key: UnsafeRawBufferPointer, among count: Int) -> Partition {
        Partition(Int(unsafe murmur2(key) & 0x7fff_ffff) % count)
    }

    /// The partition of `key` among `count` (at least 1).
    public static func partition(of key: some Collection<UInt8>, among count: Int) -> Partition {
        Partition(Int(unsafe Array(key).withUnsafeBytes { unsafe murmur2($0) } & 0x7fff_ffff) % count)
    }

    /// Austin Appleby's MurmurHash2, 32 bits, with the seed of Kafka's `Utils.murmur2`.
    static func murmur2(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let m: UInt32 = 0x5bd1_e995
        var h: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        var i = 0
        while i + 4 <= bytes.count {
            var k = UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: i, as: UInt32.self))
            k = k &* m
            k ^= k >> 24
            k = k &* m
            h = (h &* m) ^ k
            i += 4
        }
        let rest = bytes.count - i
        if rest >= 3 { h ^= UInt32(unsafe bytes[i + 2]) << 16 }
        if rest >= 2 { h ^= UInt32(unsafe bytes[i + 1]) << 8 }
        if rest >= 1 {
            h ^= UInt32(unsafe bytes[i])
            h = h &* m
        }
        h ^= h >> 13
        h = h &* m
        return h ^ (h >> 15)
    }
}
