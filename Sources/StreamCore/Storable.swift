/// A value with a versioned binary form and a JSON rendering: state, and elements that cross a shuffle.
///
/// The form carries its version, so a value written by an older program is migrated when it is read. `init(from:version:)` is asked
/// only for versions between `oldestVersion` and `storedVersion`; anything else is refused by name before a job starts.
public protocol Storable: Sendable {
    /// The version that `store` writes; 1 unless said otherwise. Raise it with each change of form.
    static var storedVersion: UInt8 { get }
    /// The oldest version that can still be read; 1 unless said otherwise.
    static var oldestVersion: UInt8 { get }
    /// Appends the value's form.
    func store(into writer: inout ByteWriter)
    /// Reads a value that a program of that version stored, migrating it.
    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure)
    /// The value for people: what `state get` shows.
    var json: JSON { get }
}

extension Storable {
    public static var storedVersion: UInt8 { 1 }
    public static var oldestVersion: UInt8 { 1 }
}

/// A key of state: its bytes identify it in the store and choose its partition, its text is what people type.
public protocol StateKey: Hashable, Sendable {
    /// Appends the key's bytes; equal keys give equal bytes, whatever the program's version.
    func encodeKey(into writer: inout ByteWriter)
    /// Reads a key back from all of `reader`.
    init(keyFrom reader: inout ByteReader) throws(DecodeFailure)
    /// The key as people write it on a command line.
    var keyText: String { get }
    /// The key that such a text means, `nil` for none.
    init?(keyText: String)
}

extension StateKey {
    /// The key's bytes as an array of their own.
    public var keyBytes: [UInt8] {
        var writer = ByteWriter(capacity: 40)
        encodeKey(into: &writer)
        return writer.bytes
    }
}

extension String: StateKey, Storable {
    public func encodeKey(into writer: inout ByteWriter) { writer.raw(utf8) }
    public init(keyFrom reader: inout ByteReader) throws(DecodeFailure) {
        guard let text = String(validating: reader.rest(), as: UTF8.self) else { throw DecodeFailure("a key that is not UTF-8") }
        self = text
    }
    public var keyText: String { self }
    public init?(keyText: String) { self = keyText }
    public func store(into writer: inout ByteWriter) { writer.text(self) }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { self = try reader.text() }
    public var json: JSON { .string(self) }
}

extension Int: StateKey, Storable {
    public func encodeKey(into writer: inout ByteWriter) { writer.ordered(UInt64(bitPattern: Int64(self)) ^ (1 << 63)) }
    public init(keyFrom reader: inout ByteReader) throws(DecodeFailure) {
        self = Int(Int64(bitPattern: try reader.ordered(UInt64.self) ^ (1 << 63)))
        if !reader.isAtEnd { throw DecodeFailure("a key with \(reader.remaining) bytes after its number") }
    }
    public var keyText: String { String(self) }
    public init?(keyText: String) { self.init(keyText) }
    public func store(into writer: inout ByteWriter) { writer.signed(Int64(self)) }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { self = Int(try reader.signed()) }
    public var json: JSON { .integer(Int64(self)) }
}

extension Bool: Storable {
    public func store(into writer: inout ByteWriter) { writer.byte(self ? 1 : 0) }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { self = try reader.byte() != 0 }
    public var json: JSON { .bool(self) }
}

extension Double: Storable {
    public func store(into writer: inout ByteWriter) { writer.word(bitPattern) }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { self.init(bitPattern: try reader.word()) }
    public var json: JSON { .number(self) }
}

extension EventTime: Storable {
    public func store(into writer: inout ByteWriter) { writer.word(microseconds) }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { self.init(microseconds: try reader.word()) }
    public var json: JSON { .string(rfc3339) }
}

extension Optional: Storable where Wrapped: Storable {
    public static var storedVersion: UInt8 { Wrapped.storedVersion }
    public static var oldestVersion: UInt8 { Wrapped.oldestVersion }
    public func store(into writer: inout ByteWriter) {
        writer.byte(self == nil ? 0 : 1)
        self?.store(into: &writer)
    }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        self = try reader.byte() == 0 ? nil : try Wrapped(from: &reader, version: version)
    }
    public var json: JSON { self?.json ?? .null }
}

extension Array: Storable where Element: Storable {
    public static var storedVersion: UInt8 { Element.storedVersion }
    public static var oldestVersion: UInt8 { Element.oldestVersion }
    public func store(into writer: inout ByteWriter) {
        writer.varint(UInt64(count))
        for element in self { element.store(into: &writer) }
    }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        let count = try reader.count()
        self = []
        reserveCapacity(count)
        for _ in 0..<count { append(try Element(from: &reader, version: version)) }
    }
    public var json: JSON { .array(map(\.json)) }
}

extension Dictionary: Storable where Key: StateKey, Value: Storable {
    public static var storedVersion: UInt8 { Value.storedVersion }
    public static var oldestVersion: UInt8 { Value.oldestVersion }
    public func store(into writer: inout ByteWriter) {
        writer.varint(UInt64(count))
        // Sorted, so that equal maps have equal bytes: the recovery law compares changelogs.
        for (key, value) in map({ ($0.key.keyBytes, $0.value) }).sorted(by: { $0.0.lexicographicallyPrecedes($1.0) }) {
            writer.blob(key)
            value.store(into: &writer)
        }
    }
    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        self = [:]
        for _ in 0..<(try reader.count()) {
            let key = try ByteReader.read(try reader.blob()) { reader throws(DecodeFailure) in try Key(keyFrom: &reader) }
            self[key] = try Value(from: &reader, version: version)
        }
    }
    public var json: JSON {
        .object(map { JSON.Member($0.key.keyText, $0.value.json) }.sorted { $0.name < $1.name })
    }
}
