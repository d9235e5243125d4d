/// Appends values to an array of bytes in Linehaul's own binary form: little-endian words, LEB128 varints, length-prefixed text.
///
/// State values, markers and batches are written with it; `ByteReader` reads the same form back.
public struct ByteWriter: Sendable {
    /// What has been written so far.
    public private(set) var bytes: [UInt8]

    /// A writer with room for `capacity` bytes.
    public init(capacity: Int = 64) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// A writer that goes on where `bytes` ends, taking the array without a copy; `take()` gives it back.
    init(appendingTo bytes: inout [UInt8]) {
        self.bytes = []
        swap(&self.bytes, &bytes)
    }

    /// Gives the bytes away and is empty.
    public mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    /// How many bytes have been written.
    public var count: Int { bytes.count }

    /// Appends one byte.
    public mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Appends a fixed-width integer, least significant byte first.
    public mutating func word<Word: FixedWidthInteger & BitwiseCopyable>(_ value: Word) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends a fixed-width unsigned integer most significant byte first, so that bytes sort as numbers do.
    public mutating func ordered<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ value: Word) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends an unsigned integer in 1 to 10 bytes.
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a signed integer zigzag-coded: small magnitudes take few bytes.
    public mutating func signed(_ value: Int64) { varint(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

    /// Appends a whole number in decimal digits.
    public mutating func decimal(_ value: Int64) {
        var rest = value.magnitude
        var first = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var last = bytes.count - 1
        while first < last {
            bytes.swapAt(first, last)
            (first, last) = (first + 1, last - 1)
        }
    }

    /// Appends a count and that many bytes.
    public mutating func blob(_ value: some Collection<UInt8>) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Appends text as its UTF-8 bytes behind their count.
    public mutating func text(_ value: String) {
        var value = value
        value.withUTF8 {
            varint(UInt64($0.count))
            unsafe bytes.append(contentsOf: $0)
        }
    }

    /// Appends bytes as they are.
    public mutating func raw(_ value: some Collection<UInt8>) { bytes.append(contentsOf: value) }

    /// Appends bytes as they are.
    public mutating func raw(_ value: UnsafeRawBufferPointer) { unsafe bytes.append(contentsOf: value) }

    /// Forgets what was written and keeps the memory.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
