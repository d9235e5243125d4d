internal import StreamCore
public import Wire

/// A member of an entity: its name, how it is read and checked, written, kept and compared.
///
/// An entity's table of fields is the one place that says what it consists of; requests, snapshots, state and audit records follow it.
public struct Field<Root: Sendable>: Sendable {
    /// Who gives it its value.
    public enum Giver: Hashable, Sendable {
        /// A request, which must.
        case required
        /// A request, if it wants to; null and absence are none.
        case optional
        /// Linehaul; in a request it is ignored.
        case derived
        /// A command of its own, named here; a request that says something else than what stands is refused.
        case command(String)
    }

    /// Its name on the wire, and what it may be.
    public let member: Shape.Member
    /// Other names that requests may use for it: those of the API's first version.
    public let aliases: [String]
    /// Who gives it its value.
    public let giver: Giver
    /// Names it in stored rows; never used again for another.
    public let tag: UInt64
    let read: @Sendable (JSON, inout Root) throws(Complaint) -> Void
    let reset: @Sendable (inout Root, Root) -> Void
    let write: @Sendable (Root, String, inout JSONWriter) -> Void
    let isSame: @Sendable (Root, Root) -> Bool
    let store: @Sendable (Root, inout ByteWriter) -> Bool
    let load: @Sendable (inout Root, inout ByteReader) throws(DecodeFailure) -> Void

    /// Its name on the wire.
    public var name: String { member.name }

    /// A member that every entity has. `shape` says more than its type does.
    static func plain<Value: FieldValue>(
        _ tag: UInt64, _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ giver: Giver = .required,
        aliases: [String] = [], as shape: Shape? = nil, in unit: MeasureUnit? = nil
    ) -> Field {
        Field(
            member: Shape.Member(name, shape ?? Value.shape, isRequired: giver == .required, unit: unit), aliases: aliases, giver: giver,
            tag: tag,
            read: { json, root throws(Complaint) in root[keyPath: path] = try Value.read(json, as: shape) },
            reset: { root, blank in root[keyPath: path] = blank[keyPath: path] },
            write: { root, name, json in json.field(name, root[keyPath: path]) },
            isSame: { $0[keyPath: path] == $1[keyPath: path] },
            store: { root, writer in
                writer.varint(tag)
                root[keyPath: path].store(into: &writer)
                return true
            },
            load: { root, reader throws(DecodeFailure) in root[keyPath: path] = try Value(from: &reader, version: Value.storedVersion) })
    }

    /// A member that an entity may lack. `shape` says more than its type does.
    static func maybe<Value: FieldValue>(
        _ tag: UInt64, _ name: String, _ path: any WritableKeyPath<Root, Value?> & Sendable, _ giver: Giver = .optional,
        aliases: [String] = [], as shape: Shape? = nil, in unit: MeasureUnit? = nil
    ) -> Field {
        Field(
            member: Shape.Member(name, shape ?? Value.shape, isRequired: giver == .required, unit: unit), aliases: aliases, giver: giver,
            tag: tag,
            read: { json, root throws(Complaint) in root[keyPath: path] = try Value.read(json, as: shape) },
            reset: { root, blank in root[keyPath: path] = blank[keyPath: path] },
            write: { root, name, json in json.nullable(name, root[keyPath: path]) },
            isSame: { $0[keyPath: path] == $1[keyPath: path] },
            store: { root, writer in
                guard let value = root[keyPath: path] else { return false }
                writer.varint(tag)
                value.store(into: &writer)
                return true
            },
            load: { root, reader throws(DecodeFailure) in root[keyPath: path] = try Value(from: &reader, version: Value.storedVersion) })
    }

    /// Appends it to the object that is being written.
    public func write(_ root: Root, to json: inout JSONWriter) { write(root, name, &json) }

    /// What a request says of it under its name or an alias; nil for nothing.
    func value(in body: JSON) -> JSON? {
        if let value = body[name] { return value }
        for alias in aliases { if let value = body[alias] { return value } }
        return nil
    }
}
