public import StreamCore
internal import Wire

/// An enumeration by its names on the wire: upper case out, any case in.
public protocol WireEnum: FieldValue, RawRepresentable, CaseIterable, Hashable where RawValue == String {}

extension WireEnum {
    /// The case of that name in any case of letters; the complaint lists the names there are.
    public static func read(_ json: JSON) throws(Complaint) -> Self {
        guard let text = json.string, let value = named(text) else {
            throw Complaint("must be one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    private static func named(_ text: String) -> Self? { Self(rawValue: text) ?? Self(anyCase: text) }

    public func store(into writer: inout ByteWriter) { writer.text(rawValue) }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        let name = try reader.text()
        guard let value = Self(rawValue: name) else { throw DecodeFailure("\(name) is no \(Self.self)") }
        self = value
    }

    public var json: JSON { .string(rawValue) }
}
