/// Header fields in the order they are sent; names compare without regard to case.
public struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// A name and its value.
    public struct Field: Hashable, Sendable {
        /// The name, as written.
        public let name: String
        /// The value, without the space around it.
        public let value: String
        /// A field of those parts.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Every field, repeated names included.
    public private(set) var fields: [Field]

    /// Those fields, in that order.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0, $1) }
    }

    /// The value of the first field of that name. Setting replaces all of them; `nil` removes them.
    public subscript(name: String) -> String? {
        get { fields.first { isSameName($0.name, name) }?.value }
        set {
            fields.removeAll { isSameName($0.name, name) }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }

    /// Adds fields and keeps those of the same names.
    public mutating func add(_ more: [Field]) { fields += more }

    /// Adds a field and keeps those of the same name, as `Set-Cookie` needs.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name, value))
    }
}

/// Whether two header names are the same: ASCII letters of either case are.
func isSameName(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
}
