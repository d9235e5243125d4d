internal import StreamCore

/// A column's default as Debezium understands it: a literal, or a function it knows.
enum DefaultValue {
    /// The default as JSON, in the form of the column's values; `nil` for one that Debezium does not know either.
    static func json(_ column: CapturedColumn, _ codec: ValueCodec) -> String? {
        guard let expression = column.defaultExpression, isSimple(column.type) else { return nil }
        if expression.hasPrefix("nextval(") { return "0" }
        if ["now()", "CURRENT_TIMESTAMP", "CURRENT_DATE", "LOCALTIMESTAMP"].contains(expression) {
            return written("1970-01-01 00:00:00+00", codec)
        }
        if expression == "gen_random_uuid()" || expression == "uuid_generate_v4()" {
            return written("00000000-0000-0000-0000-000000000000", codec)
        }
        guard let literal = literal(expression) else { return nil }
        return written(literal, codec)
    }

    private static func isSimple(_ type: CapturedType) -> Bool {
        switch type {
        case .enumeration: true
        case .domain, .array: false
        case .named(let name):
            [
                "bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "date", "time", "timestamp",
                "timestamptz", "uuid", "json", "jsonb", "interval", "bit",
            ].contains(name)
        }
    }

    private static func written(_ text: String, _ codec: ValueCodec) -> String? {
        var out = ByteWriter()
        let bytes = Array(text.utf8)
        do throws(DecodeFailure) {
            try unsafe bytes.withUnsafeBufferPointer { bytes throws(DecodeFailure) in
                try unsafe codec.write(UnsafeRawBufferPointer(bytes), &out)
            }
        } catch {
            return nil
        }
        return String(decoding: out.bytes, as: UTF8.self)
    }

    /// What a literal says: `'it''s'::text`, `1.5`, `'-9'::integer`, `true`, `B'101'::"bit"`.
    private static func literal(_ expression: String) -> String? {
        var text = Substring(expression)
        if text.hasPrefix("B'") { text = text.dropFirst() }
        if text.hasPrefix("'") {
            var value = ""
            text = text.dropFirst()
            while let quote = text.firstIndex(of: "'") {
                value += text[..<quote]
                text = text[quote...].dropFirst()
                guard text.hasPrefix("'") else { return text.isEmpty || text.hasPrefix("::") ? value : nil }
                value += "'"
                text = text.dropFirst()
            }
            return nil
        }
        if text.hasPrefix("("), text.hasSuffix(")") { text = text.dropFirst().dropLast() }
        let plain = text.firstRange(of: "::").map { text[..<$0.lowerBound] } ?? text
        if plain == "true" { return "t" }
        if plain == "false" { return "f" }
        return Decimal(plain.utf8) == nil ? nil : String(plain)
    }
}
