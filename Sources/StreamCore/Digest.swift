internal import CXXHash

/// The 64-bit XXH3 hash of some bytes: what markers carry to show that an epoch arrived whole. Not cryptographic.
public func xxh3(_ bytes: UnsafeRawBufferPointer) -> UInt64 { unsafe XXH3_64bits(bytes.baseAddress, bytes.count) }

/// The 64-bit XXH3 hash of some bytes.
public func xxh3(_ bytes: [UInt8]) -> UInt64 { unsafe bytes.withUnsafeBytes { unsafe xxh3($0) } }
