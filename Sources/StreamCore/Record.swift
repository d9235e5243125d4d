/// A record's header: a name and bytes, in the order the producer gave them; names may repeat.
public struct Header: Hashable, Sendable {
    /// The header's name.
    public let name: String
    /// Its value; `nil` where the producer wrote null.
    public let value: [UInt8]?

    /// A header of bytes.
    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header of text.
    public init(_ name: String, _ value: String) { self.init(name, Array(value.utf8)) }
}

/// One record as a value of its own: what tests, tools and rare paths hold. Hot paths read it in place in its `RecordBatch`.
public struct Record: Hashable, Sendable {
    /// What the record is about; `nil` for none.
    public var key: [UInt8]?
    /// What it says; `nil` is a tombstone.
    public var value: [UInt8]?
    /// Its headers, in order.
    public var headers: [Header]
    /// When it happened.
    public var time: EventTime

    /// A record of those parts.
    public init(key: [UInt8]?, value: [UInt8]?, headers: [Header] = [], time: EventTime) {
        self.key = key
        self.value = value
        self.headers = headers
        self.time = time
    }
}

extension [Header] {
    /// The last header of that name: Kafka's rule where names repeat.
    public subscript(name: String) -> Header? { last { $0.name == name } }

    /// Headers in the binary form that batches carry: a count, then name and value of each (0 = null, else length + 1).
    func encode(into writer: inout ByteWriter) {
        writer.varint(UInt64(count))
        for header in self {
            guard let value = header.value else {
                unsafe writer.header(header.name, nil)
                continue
            }
            unsafe value.withUnsafeBytes { unsafe writer.header(header.name, $0) }
        }
    }

    init(from reader: inout ByteReader) throws(DecodeFailure) {
        self = []
        for _ in 0..<(try reader.count(ofAtLeast: 2)) {
            let name = try reader.text()
            let length = try reader.varint()
            guard length <= UInt64(reader.remaining) + 1 else { throw DecodeFailure("a header of \(length) bytes") }
            append(Header(name, length == 0 ? nil : try reader.raw(Int(length) - 1)))
        }
    }
}

extension ByteWriter {
    /// Appends one header in the form that batches carry; the number of a record's headers stands before them, as a varint.
    public mutating func header(_ name: String, _ value: UnsafeRawBufferPointer?) {
        text(name)
        guard let value = unsafe value else { return varint(0) }
        varint(UInt64(value.count) + 1)
        unsafe raw(value)
    }
}
