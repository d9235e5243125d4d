internal import Pgoutput

/// A type as the catalog has it, as far as it decides how values are written.
public indirect enum CapturedType: Hashable, Sendable {
    /// One that PostgreSQL or an extension brings, by its name in the catalog: `int4`, `hstore`.
    case named(String)
    /// An enumeration with those labels, in order.
    case enumeration([String])
    /// A domain over another type, with that type's modifier.
    case domain(over: CapturedType, modifier: Int32)
    /// An array.
    case array(of: CapturedType)
}

/// A column as its relation and the catalog describe it.
public struct CapturedColumn: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its type.
    public var type: CapturedType
    /// Its type's modifier, −1 for none.
    public var modifier: Int32
    /// Whether it is NOT NULL.
    public var isRequired: Bool
    /// Its default as the catalog writes it; `nil` for none.
    public var defaultExpression: String?

    /// A column of those parts.
    public init(_ name: String, _ type: CapturedType, modifier: Int32 = -1, isRequired: Bool = false, default expression: String? = nil) {
        self.name = name
        self.type = type
        self.modifier = modifier
        self.isRequired = isRequired
        defaultExpression = expression
    }
}

/// A table at one moment of the stream.
public struct CapturedTable: Hashable, Sendable {
    /// Its schema.
    public var schema: String
    /// Its name.
    public var name: String
    /// Its columns, in the order of its rows.
    public var columns: [CapturedColumn]
    /// The columns that key its records, in the key's order, as indices: the primary key, or the replica identity where deletes carry no
    /// more. Empty: records have no key.
    public var key: [Int]

    /// A table of those parts.
    public init(schema: String, name: String, columns: [CapturedColumn], key: [Int]) {
        self.schema = schema
        self.name = name
        self.columns = columns
        self.key = key
    }
}
