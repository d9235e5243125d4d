public import StreamCore
public import Wire

/// The id of a load, a vehicle, a user, an audit record.
///
/// A lower-case UUID, which nearly all are, is kept as its 16 bytes; any other id keeps its text. Ids are equal when their texts are
/// equal byte for byte, and they sort as those bytes do.
public struct EntityID: Sendable {
    enum Form: Sendable {
        case uuid(UUIDBits)
        case text(String)
    }

    let form: Form

    /// The id with that text.
    public init(_ text: String) {
        var text = text
        let bits = text.withUTF8 { unsafe UUIDBits(UnsafeRawBufferPointer($0)) }
        form = bits.map { .uuid($0) } ?? .text(text)
    }

    /// The id with that text, given as UTF-8; a UUID costs no allocation.
    public init(utf8: UnsafeRawBufferPointer) {
        form = unsafe UUIDBits(utf8).map { .uuid($0) } ?? .text(String(decoding: utf8, as: UTF8.self))
    }

    init(_ bits: UUIDBits) { form = .uuid(bits) }

    /// Its text as UTF-8: what records about it have as their key.
    public var utf8: [UInt8] {
        switch form {
        case .uuid(let bits): bits.utf8
        case .text(let text): Array(text.utf8)
        }
    }
}

extension EntityID: CustomStringConvertible, ExpressibleByStringLiteral {
    /// Its text.
    public var description: String {
        switch form {
        case .uuid(let bits): String(decoding: bits.utf8, as: UTF8.self)
        case .text(let text): text
        }
    }

    public init(stringLiteral text: String) { self.init(text) }
}

extension EntityID: Hashable, Comparable {
    public static func == (a: EntityID, b: EntityID) -> Bool {
        switch (a.form, b.form) {
        case (.uuid(let a), .uuid(let b)): a == b
        case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
        default: false
        }
    }

    public static func < (a: EntityID, b: EntityID) -> Bool {
        switch (a.form, b.form) {
        case (.uuid(let a), .uuid(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        default: a.utf8.lexicographicallyPrecedes(b.utf8)
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch form {
        case .uuid(let bits): hasher.combine(bits)
        case .text(let text):
            for byte in text.utf8 { hasher.combine(byte) }
            hasher.combine(UInt8(0xff))
        }
    }
}

extension EntityID: JSONWritable {
    /// Appends the id as a JSON string.
    public func writeJSON(into out: inout ByteWriter) {
        switch form {
        case .uuid(let bits):
            out.byte(0x22)
            bits.write(into: &out)
            out.byte(0x22)
        case .text(let text): out.jsonString(text)
        }
    }
}
