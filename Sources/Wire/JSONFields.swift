internal import CSimdJSON

/// What a projection found in one document, by the indices of its paths. Lent by `JSONParser.project`; nothing is copied until asked for.
@safe public struct JSONFields: ~Copyable {
    // SAFETY: points to the parser's fields, one per path, which hold until its next document; the parser lends this noncopyable value
    // for the length of a closure only.
    private let fields: UnsafeBufferPointer<lh_json_field>

    init(_ fields: UnsafeBufferPointer<lh_json_field>) { unsafe self.fields = fields }

    /// What stands at a path.
    public enum Kind: Sendable {
        /// There is no such member.
        case missing
        case null
        case bool
        /// A whole number that fits `Int64`.
        case integer
        /// A whole number that fits only `UInt64`.
        case unsigned
        /// Any other number.
        case double
        case string
        case array
        case object
    }

    /// What stands at path `index`.
    public func kind(_ index: Int) -> Kind {
        switch unsafe field(index).pointee.kind {
        case Int32(LH_JSON_NULL): .null
        case Int32(LH_JSON_TRUE), Int32(LH_JSON_FALSE): .bool
        case Int32(LH_JSON_INTEGER): .integer
        case Int32(LH_JSON_UNSIGNED): .unsigned
        case Int32(LH_JSON_DOUBLE): .double
        case Int32(LH_JSON_STRING): .string
        case Int32(LH_JSON_ARRAY): .array
        case Int32(LH_JSON_OBJECT): .object
        default: .missing
        }
    }

    /// Whether there is nothing at path `index`, or `null`.
    public func isAbsent(_ index: Int) -> Bool { unsafe field(index).pointee.kind <= Int32(LH_JSON_NULL) }

    /// The truth value at path `index`; `nil` for anything else.
    public func bool(_ index: Int) -> Bool? {
        switch unsafe field(index).pointee.kind {
        case Int32(LH_JSON_TRUE): true
        case Int32(LH_JSON_FALSE): false
        default: nil
        }
    }

    /// The whole number at path `index`; `nil` for anything else, also for one beyond `Int64`.
    public func integer(_ index: Int) -> Int64? {
        let field = unsafe field(index)
        return unsafe field.pointee.kind == Int32(LH_JSON_INTEGER) ? field.pointee.integer : nil
    }

    /// The number at path `index`, whole or not; `nil` for anything else.
    public func number(_ index: Int) -> Double? {
        let field = unsafe field(index)
        return switch unsafe field.pointee.kind {
        case Int32(LH_JSON_INTEGER): unsafe Double(field.pointee.integer)
        case Int32(LH_JSON_UNSIGNED): unsafe Double(UInt64(bitPattern: field.pointee.integer))
        case Int32(LH_JSON_DOUBLE): unsafe field.pointee.number
        default: nil
        }
    }

    /// The whole number beyond `Int64` at path `index`; `nil` for anything else.
    public func unsigned(_ index: Int) -> UInt64? {
        let field = unsafe field(index)
        return unsafe field.pointee.kind == Int32(LH_JSON_UNSIGNED) ? UInt64(bitPattern: field.pointee.integer) : nil
    }

    /// The string at path `index` as a value of its own; `nil` for anything else.
    public func string(_ index: Int) -> String? {
        unsafe withString(index) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Lends the unescaped UTF-8 of the string at path `index` to `body`; `nil`, without calling it, for anything else.
    public func withString<Result, Failure: Error>(
        _ index: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let field = unsafe field(index)
        guard unsafe field.pointee.kind == Int32(LH_JSON_STRING) else { return nil }
        return try unsafe body(UnsafeRawBufferPointer(start: field.pointee.bytes, count: Int(field.pointee.length)))
    }

    /// Lends the JSON text of the array or object at path `index` to `body`; `nil`, without calling it, for anything else.
    public func withText<Result, Failure: Error>(
        _ index: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let field = unsafe field(index)
        guard unsafe field.pointee.kind >= Int32(LH_JSON_ARRAY) else { return nil }
        return try unsafe body(UnsafeRawBufferPointer(start: field.pointee.bytes, count: Int(field.pointee.length)))
    }

    private func field(_ index: Int) -> UnsafePointer<lh_json_field> {
        guard index >= 0, unsafe index < fields.count, let first = unsafe fields.baseAddress else {
            preconditionFailure("a projection has no path \(index)")
        }
        return unsafe first + index
    }
}
