internal import StreamCore

/// How the values of one type are written: their schema, their text turned into JSON, and what stands for values that are not there.
// SAFETY: the text is lent to `write` for the length of the call, and no codec keeps it.
@safe struct ValueCodec: Sendable {
    /// Appends a value's JSON, given the server's text of it.
    typealias Write = @Sendable (UnsafeRawBufferPointer, inout ByteWriter) throws(DecodeFailure) -> Void

    let schema: ConnectSchema
    let write: Write
    /// What stands for a large value that a change left as it was.
    var placeholder = "null"
    /// What stands for NULL where the column may not be NULL: in the old values of a delete that carries its key only.
    var zero: String
    /// Whether elements of arrays of it may be NULL in the schema.
    var isOptionalElement = true

    init(_ schema: ConnectSchema, zero: String, placeholder: String = "null", _ write: @escaping Write) {
        self.schema = schema
        self.zero = zero
        self.placeholder = placeholder
        unsafe self.write = write
    }

    /// What Debezium writes for an unchanged large value (`unavailable.value.placeholder`).
    static let unavailable = "__debezium_unavailable_value"
    private static let quotedUnavailable = "\"\(unavailable)\""

    /// The codec of a type with its modifier; `nil` for a type that Debezium leaves out.
    static func make(_ type: CapturedType, _ modifier: Int32, _ settings: DebeziumSettings) -> ValueCodec? {
        switch type {
        case .named(let name): named(name, modifier, settings)
        case .enumeration(let labels):
            text(ConnectSchema("string", "io.debezium.data.Enum", parameters: [("allowed", labels.joined(separator: ","))]))
        case .domain(let base, let inner): make(base, modifier == -1 ? inner : modifier, settings)
        case .array(let element): array(element, modifier, settings)
        }
    }

    private static func named(_ name: String, _ modifier: Int32, _ settings: DebeziumSettings) -> ValueCodec? {
        switch name {
        case "bool": bool
        case "int2": verbatim("int16")
        case "int4": verbatim("int32")
        case "int8", "oid": verbatim("int64")
        case "float4": float
        case "float8": double
        case "numeric": numeric(modifier, settings.decimals)
        case "money": money(settings.decimals)
        case "text", "varchar", "bpchar", "char", "name", "citext", "inet", "cidr", "macaddr", "macaddr8", "int4range", "int8range",
            "numrange", "daterange", "tsrange", "tstzrange", "isbn":
            text(ConnectSchema("string"))
        case "uuid": text(ConnectSchema("string", "io.debezium.data.Uuid"))
        case "json", "jsonb": text(ConnectSchema("string", "io.debezium.data.Json"))
        case "xml": text(ConnectSchema("string", "io.debezium.data.Xml"))
        case "ltree": text(ConnectSchema("string", "io.debezium.data.Ltree"))
        case "tsvector": text(ConnectSchema("string", "io.debezium.data.Tsvector"))
        case "bytea": bytes(settings.binary)
        case "bit", "varbit": bits(modifier == -1 ? (name == "bit" ? 1 : Int32.max) : modifier)
        case "hstore": hstore(asMap: settings.writesHstoreAsMap)
        case "point": point
        case "geometry": geometry("Geometry")
        case "geography": geometry("Geography")
        default: temporal(name, modifier, settings)
        }
    }

    /// Numbers that JSON writes as the server does.
    private static func verbatim(_ type: String) -> ValueCodec {
        unsafe ValueCodec(ConnectSchema(type), zero: "0") { text, out in unsafe out.raw(text) }
    }

    /// Text as it is.
    static func text(_ schema: ConnectSchema) -> ValueCodec {
        unsafe ValueCodec(schema, zero: "\"\"", placeholder: quotedUnavailable) { text, out in unsafe JavaText.string(text, into: &out) }
    }

    private static let bool = unsafe ValueCodec(ConnectSchema("boolean"), zero: "false") { text, out in
        out.raw((unsafe text.first == UInt8(ascii: "t") ? "true" : "false").utf8)
    }

    private static let float = unsafe ValueCodec(ConnectSchema("float"), zero: "0.0") { text, out throws(DecodeFailure) in
        guard let value = Float(unsafe String(decoding: text, as: UTF8.self)) else { throw DecodeFailure("a real that is no number") }
        out.raw(JavaText.number(value).utf8)
    }

    private static let double = unsafe ValueCodec(ConnectSchema("double"), zero: "0.0") { text, out throws(DecodeFailure) in
        guard let value = Double(unsafe String(decoding: text, as: UTF8.self)) else { throw DecodeFailure("a double that is no number") }
        out.raw(JavaText.number(value).utf8)
    }

    private static func bytes(_ mode: DebeziumSettings.Binary) -> ValueCodec {
        var unset = ByteWriter()
        switch mode {
        case .bytes, .base64: Base64.string(Array(unavailable.utf8), into: &unset)
        case .base64URLSafe: Base64.string(Array(unavailable.utf8), isURLSafe: true, into: &unset)
        case .hex: unset.raw(quotedUnavailable.utf8)
        }
        let schema = ConnectSchema(mode == .bytes ? "bytes" : "string")
        return unsafe ValueCodec(schema, zero: "\"\"", placeholder: String(decoding: unset.bytes, as: UTF8.self)) {
            text, out throws(DecodeFailure) in
            guard let bytes = unsafe Hexadecimal.bytes(text.dropFirst(2)) else { throw DecodeFailure("bytes that are not hexadecimal") }
            switch mode {
            case .bytes, .base64: Base64.string(bytes, into: &out)
            case .base64URLSafe: Base64.string(bytes, isURLSafe: true, into: &out)
            case .hex: JavaText.string(Hexadecimal.text(bytes), into: &out)
            }
        }
    }

    /// One bit is a truth value; more are bytes, the last bit first, as many as the highest one set needs.
    private static func bits(_ length: Int32) -> ValueCodec {
        if length == 1 {
            return unsafe ValueCodec(ConnectSchema("boolean"), zero: "false") { text, out in
                out.raw((unsafe text.first == UInt8(ascii: "1") ? "true" : "false").utf8)
            }
        }
        let schema = ConnectSchema("bytes", "io.debezium.data.Bits", parameters: [("length", "\(length)")])
        return unsafe ValueCodec(schema, zero: "\"\"") { text, out in
            var bytes: [UInt8] = []
            for (place, bit) in (unsafe Array(text)).reversed().enumerated() where bit == UInt8(ascii: "1") {
                while bytes.count <= place / 8 { bytes.append(0) }
                bytes[place / 8] |= 1 << UInt8(place % 8)
            }
            Base64.string(bytes, into: &out)
        }
    }

    private static func hstore(asMap: Bool) -> ValueCodec {
        let schema =
            asMap
            ? ConnectSchema(
                "map", holds: "\"keys\":{\"type\":\"string\",\"optional\":false},\"values\":{\"type\":\"string\",\"optional\":true}")
            : ConnectSchema("string", "io.debezium.data.Json")
        let unset = "{\(quotedUnavailable):\(quotedUnavailable)}"
        return unsafe ValueCodec(schema, zero: asMap ? "{}" : "\"{}\"", placeholder: asMap ? unset : JavaText.quoted(unset)) {
            text, out throws(DecodeFailure) in
            var object = ByteWriter()
            object.byte(0x7b)
            for (index, pair) in try HstoreText.pairs(unsafe Array(text)).enumerated() {
                if index > 0 { object.byte(0x2c) }
                JavaText.string(pair.key, into: &object)
                object.byte(0x3a)
                if let value = pair.value { JavaText.string(value, into: &object) } else { object.raw("null".utf8) }
            }
            object.byte(0x7d)
            asMap ? out.raw(object.bytes) : JavaText.string(object.bytes, into: &out)
        }
    }

    private static func array(_ element: CapturedType, _ modifier: Int32, _ settings: DebeziumSettings) -> ValueCodec? {
        guard let codec = make(element, modifier, settings) else { return nil }
        let items = "\"items\":\(codec.schema.json(isOptional: element.isNullableInArrays))"
        return unsafe ValueCodec(
            ConnectSchema("array", holds: items), zero: "[]", placeholder: arrayPlaceholder(codec.schema, codec.placeholder)
        ) {
            text, out throws(DecodeFailure) in
            out.byte(0x5b)
            for (index, element) in try ArrayText.elements(unsafe Array(text)).enumerated() {
                if index > 0 { out.byte(0x2c) }
                guard let element else {
                    out.raw("null".utf8)
                    continue
                }
                try unsafe element.withUnsafeBufferPointer { bytes throws(DecodeFailure) in
                    try unsafe codec.write(UnsafeRawBufferPointer(bytes), &out)
                }
            }
            out.byte(0x5d)
        }
    }

    /// Whole numbers get the placeholder's characters, UUIDs one made of it, everything else that can hold it the placeholder itself.
    private static func arrayPlaceholder(_ element: ConnectSchema, _ placeholder: String) -> String {
        switch (element.type, element.name) {
        case ("int32", nil), ("int64", nil), ("int32", "io.debezium.time.Date"):
            "[\(unavailable.utf8.map { "\($0)" }.joined(separator: ","))]"
        case (_, "io.debezium.data.Uuid"): "[\"b68a35a7-17ad-35b3-af2a-ae46edb4545a\"]"
        default: placeholder == "null" ? "null" : "[\(placeholder)]"
        }
    }
}

extension CapturedType {
    /// Debezium says of enumerations that arrays of them hold no NULL.
    fileprivate var isNullableInArrays: Bool { if case .enumeration = self { false } else { true } }
}
