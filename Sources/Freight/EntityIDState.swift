public import StreamCore

/// A key's bytes are its text, as in the records of other producers, so both land in the same partition.
extension EntityID: StateKey {
    public func encodeKey(into writer: inout ByteWriter) {
        switch form {
        case .uuid(let bits): bits.write(into: &writer)
        case .text(let text): writer.raw(text.utf8)
        }
    }

    public init(keyFrom reader: inout ByteReader) throws(DecodeFailure) {
        guard let text = String(validating: reader.rest(), as: UTF8.self) else { throw DecodeFailure("an id that is not UTF-8") }
        self.init(text)
    }

    public var keyText: String { description }

    public init?(keyText: String) { self.init(keyText) }
}

/// Stored in 17 bytes where it is a UUID.
extension EntityID: Storable {
    public func store(into writer: inout ByteWriter) {
        switch form {
        case .uuid(let bits):
            writer.byte(1)
            writer.ordered(bits.high)
            writer.ordered(bits.low)
        case .text(let text):
            writer.byte(0)
            writer.text(text)
        }
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        switch try reader.byte() {
        case 1: self.init(UUIDBits(high: try reader.ordered(), low: try reader.ordered()))
        case 0: self.init(try reader.text())
        case let form: throw DecodeFailure("an id of form \(form); this program reads 0 and 1")
        }
    }

    public var json: JSON { .string(description) }
}
