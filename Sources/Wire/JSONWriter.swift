public import StreamCore

/// Writes one JSON object member by member, straight into a record's bytes; no value is built in between.
///
/// ```swift
/// JSONWriter.object(into: &out) { json in
///     json.field("user_id", alert.userID)
///     json.array("audit_ids", of: alert.auditIDs)
///     json.object("window") { $0.field("end", alert.windowEnd) }
/// }
/// ```
/// Names are written as given: a name given twice appears twice.
public struct JSONWriter: ~Copyable {
    private var out: ByteWriter
    private var isFirst = true

    /// Appends one object to `out`, with the members that `members` writes.
    public static func object(into out: inout ByteWriter, _ members: (inout JSONWriter) -> Void) {
        var json = JSONWriter(out: ByteWriter(capacity: 0))
        swap(&json.out, &out)
        json.braces(members)
        swap(&json.out, &out)
    }

    /// A member of that value; nothing at all for `nil`.
    public mutating func field<Value: JSONWritable>(_ name: String, _ value: Value?) {
        guard let value else { return }
        self.name(name)
        value.writeJSON(into: &out)
    }

    /// A member of that value; `null` for `nil`. Where readers count on the member's being there.
    public mutating func nullable<Value: JSONWritable>(_ name: String, _ value: Value?) {
        self.name(name)
        guard let value else { return out.raw("null".utf8) }
        value.writeJSON(into: &out)
    }

    /// A member that is a number written digit for digit as `text` says it: money keeps its places. Text that is not a JSON number
    /// (`NaN`) is written as a string, so that nothing is lost and the document stays JSON.
    public mutating func decimal(_ name: String, _ text: String) {
        self.name(name)
        text.isJSONNumber ? out.raw(text.utf8) : out.jsonString(text)
    }

    /// A member that is an object, with the members that `members` writes.
    public mutating func object(_ name: String, _ members: (inout JSONWriter) -> Void) {
        self.name(name)
        braces(members)
    }

    /// A member that is an array of those values.
    public mutating func array<Value: JSONWritable>(_ name: String, of values: some Sequence<Value>) {
        self.name(name)
        list(values) { $1.writeJSON(into: &$0.out) }
    }

    /// A member that is an array of objects, one per item, each with the members that `members` writes.
    public mutating func array<Item>(_ name: String, of items: some Sequence<Item>, _ members: (inout JSONWriter, Item) -> Void) {
        self.name(name)
        list(items) { json, item in json.braces { members(&$0, item) } }
    }

    private mutating func name(_ name: String) {
        if !isFirst { out.byte(0x2c) }
        isFirst = false
        out.jsonString(name)
        out.byte(0x3a)
    }

    private mutating func braces(_ members: (inout JSONWriter) -> Void) {
        out.byte(0x7b)
        isFirst = true
        members(&self)
        isFirst = false
        out.byte(0x7d)
    }

    private mutating func list<Item>(_ items: some Sequence<Item>, _ write: (inout JSONWriter, Item) -> Void) {
        out.byte(0x5b)
        var separate = false
        for item in items {
            if separate { out.byte(0x2c) }
            separate = true
            write(&self, item)
        }
        out.byte(0x5d)
    }
}

extension String {
    /// Whether the text is a number by the grammar of RFC 8259 section 6.
    var isJSONNumber: Bool {
        var rest = Array(utf8)[...]
        func digits() -> Int {
            let count = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == 0x2d { rest = rest.dropFirst() }
        let startsWithZero = rest.first == 48
        let whole = digits()
        guard whole == 1 || (whole > 1 && !startsWithZero) else { return false }
        if rest.first == 0x2e {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if let mark = rest.first, mark | 0x20 == 0x65 {
            rest = rest.dropFirst()
            if rest.first == 0x2b || rest.first == 0x2d { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
