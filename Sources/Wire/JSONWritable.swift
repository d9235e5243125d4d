public import StreamCore

/// A value that writes itself as JSON, once per event that carries it.
public protocol JSONWritable {
    /// Appends the value as one complete JSON value.
    func writeJSON(into out: inout ByteWriter)
}

extension String: JSONWritable {
    /// Appends the text as a JSON string.
    public func writeJSON(into out: inout ByteWriter) { out.jsonString(self) }
}

extension Bool: JSONWritable {
    /// Appends `true` or `false`.
    public func writeJSON(into out: inout ByteWriter) { out.raw((self ? "true" : "false").utf8) }
}

extension Int: JSONWritable {
    /// Appends the number.
    public func writeJSON(into out: inout ByteWriter) { out.decimal(Int64(self)) }
}

extension Int64: JSONWritable {
    /// Appends the number.
    public func writeJSON(into out: inout ByteWriter) { out.decimal(self) }
}

extension Double: JSONWritable {
    /// Appends the number, whole ones without a fraction; `null` for one that is not finite.
    public func writeJSON(into out: inout ByteWriter) { out.jsonNumber(self) }
}

extension EventTime: JSONWritable {
    /// Appends the instant as a string: RFC 3339 in UTC.
    public func writeJSON(into out: inout ByteWriter) {
        out.byte(0x22)
        out.rfc3339(self)
        out.byte(0x22)
    }
}

extension JSON: JSONWritable {
    /// Appends the value as compact JSON.
    public func writeJSON(into out: inout ByteWriter) { write(into: &out) }
}

extension RawRepresentable where Self: JSONWritable, RawValue == String {
    /// Appends the raw value as a JSON string: what an enum with wire names needs.
    public func writeJSON(into out: inout ByteWriter) { out.jsonString(rawValue) }
}
