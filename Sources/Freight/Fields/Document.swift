public import StreamCore
public import Wire

/// JSON of a shape that Linehaul does not look into: metadata, contact details, a route's geometry. Kept as it came.
public struct Document: FieldValue, Hashable {
    /// What it says.
    public let json: JSON

    /// A document of that value.
    public init(_ json: JSON) { self.json = json }

    /// The empty object.
    public static let empty = Document(.object([]))

    public static func read(_ json: JSON) throws(Complaint) -> Document { Document(json) }

    public func writeJSON(into out: inout ByteWriter) { json.write(into: &out) }

    public func store(into writer: inout ByteWriter) { writer.blob(json.compact) }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { json = try JSON(parsing: try reader.blob()) }
}

/// JSON that has been written already: an entity in a reply, a change in an audit record. Must be one whole JSON value.
public struct RawJSON: JSONWritable, Storable, Hashable {
    /// The text, in UTF-8.
    public let utf8: [UInt8]

    /// That text, taken as it is.
    public init(_ utf8: [UInt8]) { self.utf8 = utf8 }

    /// One object with the members that `members` writes.
    public static func object(_ members: (inout JSONWriter) -> Void) -> RawJSON {
        var out = ByteWriter(capacity: 512)
        JSONWriter.object(into: &out, members)
        return RawJSON(out.take())
    }

    public func writeJSON(into out: inout ByteWriter) { out.raw(utf8) }

    public func store(into writer: inout ByteWriter) { writer.blob(utf8) }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { utf8 = try reader.blob() }

    /// The text read again; `null` where it cannot be.
    public var json: JSON { (try? JSON(parsing: utf8)) ?? .null }
}
