internal import StreamCore

/// Numbers with exact places.
extension ValueCodec {
    static func numeric(_ modifier: Int32, _ mode: DebeziumSettings.Decimals) -> ValueCodec {
        // A modifier holds precision and scale, the scale in eleven bits with a sign.
        let places = modifier < 4 ? nil : Int(((modifier - 4) & 0x7ff ^ 1_024) - 1_024)
        let precision = modifier < 4 ? nil : Int((modifier - 4) >> 16 & 0xffff)
        switch mode {
        case .precise:
            guard let places, let precision else { return variable }
            return decimal(places, [("scale", "\(places)"), ("connect.decimal.precision", "\(precision)")])
        case .string:
            let zero = String(repeating: "0", count: max(0, places ?? 0))
            return unsafe ValueCodec(ConnectSchema("string"), zero: zero.isEmpty ? "\"0\"" : "\"0.\(zero)\"") { text, out in
                guard var number = unsafe Decimal(text) else { return JavaText.string(special(unsafe Array(text)), into: &out) }
                if let places, places > number.scale { number.scaled(to: places) }
                JavaText.string(Array(number.text.utf8), into: &out)
            }
        case .double: return approximate
        }
    }

    /// Text such as `-$1,234.56`.
    static func money(_ mode: DebeziumSettings.Decimals) -> ValueCodec {
        let inner: ValueCodec =
            switch mode {
            case .precise: decimal(2, [("scale", "2")])
            case .string: text(ConnectSchema("string"))
            case .double: approximate
            }
        let write = unsafe inner.write
        return unsafe ValueCodec(inner.schema, zero: mode == .string ? "\"0.00\"" : inner.zero) { text, out throws(DecodeFailure) in
            let isNegative = unsafe text.contains { $0 == 0x2d || $0 == 0x28 }
            let digits = unsafe text.filter { $0 == 0x2e || (48...57).contains($0) }
            try unsafe ((isNegative ? [0x2d] : []) + digits).withUnsafeBufferPointer { bytes throws(DecodeFailure) in
                try unsafe write(UnsafeRawBufferPointer(bytes), &out)
            }
        }
    }

    private static func decimal(_ places: Int, _ parameters: [(name: String, value: String)]) -> ValueCodec {
        let schema = ConnectSchema("bytes", "org.apache.kafka.connect.data.Decimal", parameters: parameters)
        return unsafe ValueCodec(schema, zero: "\"AA==\"") { text, out in
            // Not a number, or infinite: bytes have no word for it.
            guard var number = unsafe Decimal(text) else { return out.raw("null".utf8) }
            number.scaled(to: places)
            Base64.string(number.unscaledBytes, into: &out)
        }
    }

    /// A number whose places vary from row to row.
    private static let variable = unsafe ValueCodec(
        ConnectSchema.structure(
            "io.debezium.data.VariableScaleDecimal", doc: "Variable scaled decimal",
            [
                ConnectSchema("int32").json(isOptional: false, field: "scale"),
                ConnectSchema("bytes").json(isOptional: false, field: "value"),
            ]),
        zero: "{\"scale\":0,\"value\":\"AA==\"}"
    ) { text, out in
        guard var number = unsafe Decimal(text) else { return out.raw("null".utf8) }
        number.stripped()
        out.raw("{\"scale\":\(number.scale),\"value\":".utf8)
        Base64.string(number.unscaledBytes, into: &out)
        out.byte(0x7d)
    }

    private static let approximate = unsafe ValueCodec(ConnectSchema("double"), zero: "0.0") { text, out throws(DecodeFailure) in
        guard let value = Double(unsafe String(decoding: text, as: UTF8.self)) else { throw DecodeFailure("a number that is none") }
        out.raw(JavaText.number(value).utf8)
    }

    private static func special(_ text: [UInt8]) -> [UInt8] {
        switch String(decoding: text, as: UTF8.self) {
        case "NaN": Array("NAN".utf8)
        case "Infinity": Array("POSITIVE_INFINITY".utf8)
        case "-Infinity": Array("NEGATIVE_INFINITY".utf8)
        default: text
        }
    }
}
