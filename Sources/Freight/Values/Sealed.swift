public import StreamCore
internal import Wire

/// A text that an owner keeps and nobody is shown: whatever renders it (answers, audit records, inspection, messages) renders dots.
public struct Sealed: FieldValue, Hashable {
    private let text: String
    private static let dots = "•••"

    /// The sealed text.
    public init(_ text: String) { self.text = text }

    /// The text itself, for the one call that needs it.
    public var revealed: String { text }

    public static var shape: Shape { .text }

    public static func read(_ json: JSON) throws(Complaint) -> Sealed { Sealed(try String.read(json)) }

    public func writeJSON(into out: inout ByteWriter) { out.jsonString(Sealed.dots) }

    public func store(into writer: inout ByteWriter) { writer.text(text) }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { text = try reader.text() }

    public var json: JSON { .string(Sealed.dots) }
}

extension Sealed: CustomStringConvertible, CustomReflectable {
    public var description: String { Sealed.dots }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
