import Compression
import Testing

@Suite struct ZstdTests {
    @Test(arguments: [0, 1, 100_000]) func `what was compressed comes back`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let frame = try Zstd.compress(bytes)
        #expect(try Zstd.decompress(frame, to: count) == bytes)
        if count > 1_000 { #expect(frame.count < count / 5) }
    }

    @Test func `a frame with any byte changed, or cut off, or of another size is refused`() throws {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * $0) }
        let frame = try Zstd.compress(bytes)
        for place in frame.indices {
            var damaged = frame
            damaged[place] ^= 0x5a
            // A bit that no reader looks at may change; what comes out may not.
            if let outcome = try? Zstd.decompress(damaged, to: bytes.count) { #expect(outcome == bytes, "byte \(place)") }
        }
        for length in frame.indices {
            #expect(throws: CompressionFailure.self, "\(length) bytes") { try Zstd.decompress(Array(frame[..<length]), to: bytes.count) }
        }
        #expect(throws: CompressionFailure.self) { try Zstd.decompress(frame, to: bytes.count + 1) }
    }
}
