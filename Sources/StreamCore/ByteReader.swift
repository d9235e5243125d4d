/// Bytes that end too early, or say what they cannot mean.
public struct DecodeFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being read and why it failed, for people.
    public let reason: String
    /// Whether another job that reads the same records makes the dead letter.
    public let isToldElsewhere: Bool
    /// A failure for that reason.
    public init(_ reason: String, isToldElsewhere: Bool = false) { (self.reason, self.isToldElsewhere) = (reason, isToldElsewhere) }
    public var description: String { reason }
}

/// Reads what `ByteWriter` wrote, from bytes lent for the length of a closure; every read is bounds-checked.
@safe public struct ByteReader: ~Copyable {
    // SAFETY: lent by `read`, which outlives this noncopyable value; every access goes through `need`.
    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var cursor = 0

    private init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = bytes
        end = bytes.count
    }

    /// Lends a reader over `bytes` to `body`. The reader must not outlive it: it is noncopyable, so it cannot be kept by accident.
    public static func read<Result, Failure: Error>(
        _ bytes: UnsafeRawBufferPointer, _ body: (inout ByteReader) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var reader = unsafe ByteReader(bytes)
        return try body(&reader)
    }

    /// Lends a reader over `bytes` to `body`.
    public static func read<Result>(
        _ bytes: [UInt8], _ body: (inout ByteReader) throws(DecodeFailure) -> Result
    ) throws(DecodeFailure) -> Result {
        try unsafe bytes.withUnsafeBufferPointer { pointer throws(DecodeFailure) -> Result in
            var reader = unsafe ByteReader(UnsafeRawBufferPointer(pointer))
            return try body(&reader)
        }
    }

    /// Whether everything has been read.
    public var isAtEnd: Bool { cursor == end }

    /// How many bytes are left.
    public var remaining: Int { end - cursor }

    /// Reads one byte.
    public mutating func byte() throws(DecodeFailure) -> UInt8 {
        try need(1)
        defer { cursor += 1 }
        return unsafe bytes[cursor]
    }

    /// Reads a fixed-width integer, least significant byte first.
    public mutating func word<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type = Word.self) throws(DecodeFailure) -> Word {
        let width = MemoryLayout<Word>.size
        try need(width)
        defer { cursor += width }
        return Word(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: cursor, as: Word.self))
    }

    /// Reads a fixed-width unsigned integer, most significant byte first.
    public mutating func ordered<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _: Word.Type = Word.self
    ) throws(DecodeFailure) -> Word {
        let width = MemoryLayout<Word>.size
        try need(width)
        defer { cursor += width }
        return Word(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: cursor, as: Word.self))
    }

    /// Reads an unsigned LEB128 integer.
    public mutating func varint() throws(DecodeFailure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            if shift == 63, next > 1 { throw DecodeFailure("a varint of more than 64 bits at byte \(cursor - 1)") }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
            if shift > 63 { throw DecodeFailure("a varint of more than 10 bytes at byte \(cursor)") }
        }
    }

    /// Reads a zigzag-coded integer.
    public mutating func signed() throws(DecodeFailure) -> Int64 {
        let coded = try varint()
        return Int64(bitPattern: coded >> 1) ^ -Int64(bitPattern: coded & 1)
    }

    /// Reads a count of things of at least `size` bytes each, refusing one that the bytes left could not hold.
    public mutating func count(ofAtLeast size: Int = 1) throws(DecodeFailure) -> Int {
        let value = try varint()
        guard value <= UInt64(remaining / max(1, size)) else {
            throw DecodeFailure("a count of \(value) at byte \(cursor), with \(remaining) bytes left")
        }
        return Int(value)
    }

    /// Reads a length and that many bytes.
    public mutating func blob() throws(DecodeFailure) -> [UInt8] {
        let length = try count()
        return try raw(length)
    }

    /// Reads length-prefixed UTF-8 text.
    public mutating func text() throws(DecodeFailure) -> String {
        let length = try count()
        defer { cursor += length }
        let slice = unsafe UnsafeRawBufferPointer(rebasing: bytes[cursor..<cursor + length])
        guard let text = unsafe String(validating: slice, as: UTF8.self) else {
            throw DecodeFailure("text that is not UTF-8 at byte \(cursor)")
        }
        return text
    }

    /// Reads exactly `length` bytes.
    public mutating func raw(_ length: Int) throws(DecodeFailure) -> [UInt8] {
        try need(length)
        defer { cursor += length }
        return unsafe Array(bytes[cursor..<cursor + length])
    }

    /// Reads everything that is left.
    public mutating func rest() -> [UInt8] {
        defer { cursor = end }
        return unsafe Array(bytes[cursor...])
    }

    private func need(_ length: Int) throws(DecodeFailure) {
        guard length >= 0, length <= end - cursor else {
            throw DecodeFailure("\(length) bytes wanted at byte \(cursor), \(end - cursor) left")
        }
    }
}
