internal import Glibc

/// A JSON value: what state renders as, what `/ops` answers, what tools print. Records on hot paths never become one.
public enum JSON: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number that fits 64 bits.
    case integer(Int64)
    /// Any other number; not finite ones are written as `null`.
    case number(Double)
    /// Text.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object, its members in order; of equal names the last one counts.
    case object([Member])

    /// A name and its value in an object.
    public struct Member: Hashable, Sendable {
        /// The member's name.
        public let name: String
        /// Its value.
        public let value: JSON
        /// A member of those parts.
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// An object of optional members: those that are `nil` are left out.
    public static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// The value of that name in an object, `nil` for none and for anything that is not an object.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The text, where this is a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The whole number, where this is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The number, whole or not.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, where this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The elements, where this is an array.
    public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members, where this is an object.
    public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
    ExpressibleByArrayLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
}

extension JSON: CustomStringConvertible {
    /// The value as compact JSON text.
    public var description: String { String(decoding: compact, as: UTF8.self) }

    /// The value as compact JSON, in UTF-8.
    public var compact: [UInt8] {
        var writer = ByteWriter()
        write(into: &writer)
        return writer.bytes
    }

    /// The value as JSON text of one member a line, two spaces a level.
    public var indented: String {
        var writer = ByteWriter()
        write(into: &writer, indent: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Appends the value as compact JSON.
    public func write(into writer: inout ByteWriter) { write(into: &writer, indent: nil) }

    private func write(into writer: inout ByteWriter, indent: Int?) {
        switch self {
        case .null: writer.raw("null".utf8)
        case .bool(let value): writer.raw((value ? "true" : "false").utf8)
        case .integer(let value): writer.raw(String(value).utf8)
        case .number(let value): writer.jsonNumber(value)
        case .string(let text): writer.jsonString(text)
        case .array(let elements):
            JSON.list(elements, "[", "]", into: &writer, indent: indent) { $0.write(into: &$1, indent: $2) }
        case .object(let members):
            JSON.list(members, "{", "}", into: &writer, indent: indent) { member, writer, indent in
                writer.jsonString(member.name)
                writer.raw((indent == nil ? ":" : ": ").utf8)
                member.value.write(into: &writer, indent: indent)
            }
        }
    }

    private static func list<Item>(
        _ items: [Item], _ open: String, _ close: String, into writer: inout ByteWriter, indent: Int?,
        _ write: (Item, inout ByteWriter, Int?) -> Void
    ) {
        writer.raw(open.utf8)
        for (index, item) in items.enumerated() {
            if index > 0 { writer.raw(",".utf8) }
            if let indent { writer.raw("\n\(String(repeating: "  ", count: indent + 1))".utf8) }
            write(item, &writer, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { writer.raw("\n\(String(repeating: "  ", count: indent))".utf8) }
        writer.raw(close.utf8)
    }
}

extension ByteWriter {
    /// Appends text as a JSON string, quoted and escaped as RFC 8259 section 7 asks.
    public mutating func jsonString(_ text: String) {
        var text = text
        byte(0x22)
        text.withUTF8 { unsafe jsonEscaped(UnsafeRawBufferPointer($0)) }
        byte(0x22)
    }

    /// Appends UTF-8 bytes with JSON's escapes and without quotes.
    public mutating func jsonEscaped(_ utf8: UnsafeRawBufferPointer) {
        var clean = 0
        for at in utf8.indices {
            let character = unsafe utf8[at]
            if character >= 0x20, character != 0x22, character != 0x5c { continue }
            unsafe raw(UnsafeRawBufferPointer(rebasing: utf8[clean..<at]))
            clean = at + 1
            switch character {
            case 0x22: raw(#"\""#.utf8)
            case 0x5c: raw(#"\\"#.utf8)
            case 0x0a: raw(#"\n"#.utf8)
            case 0x0d: raw(#"\r"#.utf8)
            case 0x09: raw(#"\t"#.utf8)
            default:
                raw(#"\u00"#.utf8)
                byte(hexadecimal(character >> 4))
                byte(hexadecimal(character & 15))
            }
        }
        unsafe raw(UnsafeRawBufferPointer(rebasing: utf8[clean...]))
    }

    /// Appends a number as JSON writes it, whole ones without a fraction; `null` for one that is not finite.
    public mutating func jsonNumber(_ value: Double) {
        guard value.isFinite else { return raw("null".utf8) }
        if value == value.rounded(), abs(value) < 1e15 { return raw(String(Int64(value)).utf8) }
        raw(value.description.utf8)
    }

    private func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? 48 + digit : 87 + digit }
}
