internal import CSimdJSON
public import StreamCore

extension JSON {
    /// Reads a JSON document as a value: for settings, tools and rare paths. Whole numbers that fit `Int64` stay exact, larger ones become
    /// doubles; members with equal names are all kept, in order. The failure names the byte.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(DecodeFailure) {
        let parser = JSONParser()
        self = try unsafe JSONParser.withPadding(bytes) { padded throws(DecodeFailure) in try unsafe parser.tree(padded) }
    }

    /// Reads a JSON document of bytes as a value.
    public init(parsing bytes: [UInt8]) throws(DecodeFailure) {
        self = try unsafe bytes.withUnsafeBufferPointer { pointer throws(DecodeFailure) -> JSON in
            try unsafe JSON(parsing: UnsafeRawBufferPointer(pointer))
        }
    }

    /// Reads a JSON document of text as a value.
    public init(parsing text: String) throws(DecodeFailure) { try self.init(parsing: Array(text.utf8)) }

    /// The value whose nodes begin at `next`, which is moved past them. No deeper than the parser allows.
    init(_ nodes: UnsafeBufferPointer<lh_json_field>, _ next: inout Int) {
        let node = unsafe nodes[next]
        next += 1
        switch unsafe node.kind {
        case Int32(LH_JSON_FALSE): self = .bool(false)
        case Int32(LH_JSON_TRUE): self = .bool(true)
        case Int32(LH_JSON_INTEGER): self = unsafe .integer(node.integer)
        case Int32(LH_JSON_UNSIGNED): self = unsafe .number(Double(UInt64(bitPattern: node.integer)))
        case Int32(LH_JSON_DOUBLE): self = unsafe .number(node.number)
        case Int32(LH_JSON_STRING): self = unsafe .string(JSON.text(node))
        case Int32(LH_JSON_ARRAY):
            var elements: [JSON] = []
            elements.reserveCapacity(unsafe Int(node.integer))
            for _ in 0..<(unsafe node.integer) { elements.append(unsafe JSON(nodes, &next)) }
            self = .array(elements)
        case Int32(LH_JSON_OBJECT):
            var members: [Member] = []
            members.reserveCapacity(unsafe Int(node.integer))
            for _ in 0..<(unsafe node.integer) {
                let name = unsafe JSON.text(nodes[next])
                next += 1
                members.append(Member(name, unsafe JSON(nodes, &next)))
            }
            self = .object(members)
        default: self = .null
        }
    }

    private static func text(_ node: lh_json_field) -> String {
        unsafe String(decoding: UnsafeBufferPointer(start: node.bytes, count: Int(node.length)), as: UTF8.self)
    }
}
