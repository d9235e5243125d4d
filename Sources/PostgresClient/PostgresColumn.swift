public import StreamCore

/// One column of many rows, in the binary form of a PostgreSQL array: `unnest($1, $2, …)` turns several of them into rows again.
public struct PostgresColumn: Sendable {
    /// Its elements' type.
    public let type: PostgresType
    private var body: ByteWriter
    private var hasNull = false
    /// How many elements it has.
    public private(set) var count = 0

    /// An empty column of a type.
    public init(_ type: PostgresType) {
        self.type = type
        body = ByteWriter(capacity: 4_096)
        // Twenty bytes of header, written when the column is finished.
        for _ in 0..<5 { body.ordered(UInt32(0)) }
    }

    /// Appends NULL.
    public mutating func appendNull() {
        body.ordered(UInt32.max)
        hasNull = true
        count += 1
    }

    /// Appends a text, or NULL.
    public mutating func append(_ text: String?) {
        guard var text else { return appendNull() }
        text.withUTF8 { utf8 in
            body.ordered(UInt32(utf8.count))
            unsafe body.raw(UnsafeRawBufferPointer(utf8))
        }
        count += 1
    }

    /// Appends the bytes of a text, which must be UTF-8.
    public mutating func append(utf8 bytes: some Collection<UInt8>) {
        body.ordered(UInt32(bytes.count))
        body.raw(bytes)
        count += 1
    }

    /// Appends a number, or NULL; to an `int4` column one that fits.
    public mutating func append(_ number: Int64?) {
        guard let number else { return appendNull() }
        if case .int4 = type {
            body.ordered(UInt32(4))
            body.ordered(UInt32(bitPattern: Int32(clamping: number)))
        } else {
            append(word: UInt64(bitPattern: number))
            return
        }
        count += 1
    }

    /// Appends a number with a fraction, or NULL.
    public mutating func append(_ number: Double?) {
        guard let number else { return appendNull() }
        append(word: number.bitPattern)
    }

    /// Appends a truth value, or NULL.
    public mutating func append(_ flag: Bool?) {
        guard let flag else { return appendNull() }
        body.ordered(UInt32(1))
        body.byte(flag ? 1 : 0)
        count += 1
    }

    /// Appends an instant, or NULL.
    public mutating func append(_ time: EventTime?) {
        guard let time else { return appendNull() }
        append(word: UInt64(bitPattern: time.microseconds &- PostgresColumn.epoch))
    }

    /// Appends a UUID's sixteen bytes, first eight and last eight.
    public mutating func append(high: UInt64, low: UInt64) {
        body.ordered(UInt32(16))
        body.ordered(high)
        body.ordered(low)
        count += 1
    }

    private mutating func append(word: UInt64) {
        body.ordered(UInt32(8))
        body.ordered(word)
        count += 1
    }

    /// PostgreSQL counts microseconds from 2000-01-01.
    private static let epoch: Int64 = 946_684_800_000_000

    /// The array: dimensions, whether there are NULLs, type, length, lower bound, elements.
    consuming func finish() -> [UInt8] {
        var bytes = body.take()
        var header = ByteWriter(capacity: 20)
        header.ordered(UInt32(count > 0 ? 1 : 0))
        header.ordered(UInt32(hasNull ? 1 : 0))
        header.ordered(type.number)
        header.ordered(UInt32(count))
        header.ordered(UInt32(1))
        if count == 0 { return Array(header.bytes.prefix(12)) }
        bytes.replaceSubrange(0..<20, with: header.bytes)
        return bytes
    }
}
