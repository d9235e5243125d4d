internal import CZstd

/// Bytes that cannot be packed, or that are not what was packed.
public struct CompressionFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done and what zstd says of it.
    public let description: String
}

/// Whole buffers packed and unpacked by zstd. Takes about as long as reading them from a disk does, so no slot's thread calls it.
public enum Zstd {
    /// One frame that holds `bytes`, with a checksum of them.
    public static func compress(_ bytes: [UInt8]) throws(CompressionFailure) -> [UInt8] {
        guard let context = unsafe ZSTD_createCCtx() else { throw CompressionFailure(description: "compressing: out of memory") }
        defer { unsafe ZSTD_freeCCtx(context) }
        _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        return unsafe try filling(ZSTD_compressBound(bytes.count), "compressing \(bytes.count) bytes") { buffer in
            unsafe bytes.withUnsafeBytes { unsafe ZSTD_compress2(context, buffer.baseAddress, buffer.count, $0.baseAddress, $0.count) }
        }
    }

    /// What a frame holds, which must be exactly `size` bytes; anything else, a damaged or cut frame included, is a failure.
    public static func decompress(_ frame: [UInt8], to size: Int) throws(CompressionFailure) -> [UInt8] {
        let stated = unsafe frame.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard size >= 0, stated == UInt64(size) else {
            throw CompressionFailure(description: "decompressing \(frame.count) bytes: no zstd frame of \(size) bytes")
        }
        let bytes = unsafe try filling(size, "decompressing \(frame.count) bytes") { buffer in
            unsafe frame.withUnsafeBytes { unsafe ZSTD_decompress(buffer.baseAddress, buffer.count, $0.baseAddress, $0.count) }
        }
        guard bytes.count == size else {
            throw CompressionFailure(description: "decompressing \(frame.count) bytes: \(bytes.count) came out, not \(size)")
        }
        return bytes
    }

    /// An array of what `work` puts into a buffer of that size, as long as it answers.
    private static func filling(
        _ size: Int, _ what: String, _ work: (UnsafeMutableRawBufferPointer) -> Int
    ) throws(CompressionFailure) -> [UInt8] {
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            result = unsafe work(UnsafeMutableRawBufferPointer(buffer))
            filled = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else {
            throw CompressionFailure(description: "\(what): \(unsafe String(cString: ZSTD_getErrorName(result)))")
        }
        return bytes
    }
}
