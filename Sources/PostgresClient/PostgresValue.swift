internal import StreamCore

/// A parameter of a statement, sent as text or in PostgreSQL's binary form.
public struct PostgresValue: Sendable {
    /// The type's number in the catalog; 0 lets the server infer it from where the parameter stands.
    let type: UInt32
    let bytes: [UInt8]?
    let isBinary: Bool

    init(type: UInt32, bytes: [UInt8]?, isBinary: Bool) {
        self.type = type
        self.bytes = bytes
        self.isBinary = isBinary
    }

    /// NULL.
    public static let null = PostgresValue(type: 0, bytes: nil, isBinary: false)

    /// A text, or whatever type the statement expects there in its text form.
    public init(_ text: String) { self.init(type: 0, bytes: Array(text.utf8), isBinary: false) }

    /// A whole number.
    public init(_ number: Int64) {
        var writer = ByteWriter(capacity: 8)
        writer.ordered(UInt64(bitPattern: number))
        self.init(type: PostgresType.int8.number, bytes: writer.bytes, isBinary: true)
    }

    /// A list of texts or numbers, as an array of its column's type.
    public init(_ column: consuming PostgresColumn) {
        let type = column.type.arrayNumber
        self.init(type: type, bytes: column.finish(), isBinary: true)
    }
}

/// The types that columns are sent in.
public enum PostgresType: Sendable {
    /// `bool`.
    case bool
    /// `bigint`.
    case int8
    /// `integer`.
    case int4
    /// `double precision`.
    case float8
    /// `text`; a statement casts it to what else is meant, such as an enum, `numeric` or `jsonb`.
    case text
    /// `uuid`.
    case uuid
    /// `timestamptz`.
    case timestamp

    /// The type's number in every server's catalog (pg_type.dat).
    var number: UInt32 {
        switch self {
        case .bool: 16
        case .int8: 20
        case .int4: 23
        case .text: 25
        case .float8: 701
        case .timestamp: 1184
        case .uuid: 2950
        }
    }

    /// The number of its array type.
    var arrayNumber: UInt32 {
        switch self {
        case .bool: 1000
        case .int8: 1016
        case .int4: 1007
        case .text: 1009
        case .float8: 1022
        case .timestamp: 1185
        case .uuid: 2951
        }
    }
}
