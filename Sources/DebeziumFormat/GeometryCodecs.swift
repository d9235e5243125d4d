internal import StreamCore

/// Points of PostgreSQL and shapes of PostGIS.
extension ValueCodec {
    static let point = unsafe ValueCodec(
        ConnectSchema.structure(
            "io.debezium.data.geometry.Point", doc: "Geometry (POINT)",
            [
                ConnectSchema("double").json(isOptional: false, field: "x"), ConnectSchema("double").json(isOptional: false, field: "y"),
                ConnectSchema("bytes").json(isOptional: true, field: "wkb"), ConnectSchema("int32").json(isOptional: true, field: "srid"),
            ]), zero: shown(0, 0)
    ) { text, out throws(DecodeFailure) in
        let parts = unsafe String(decoding: text, as: UTF8.self).dropFirst().dropLast().split(separator: ",").map { Double($0) }
        guard parts.count == 2, let x = parts[0], let y = parts[1] else { throw DecodeFailure("a point that cannot be read") }
        out.raw(shown(x, y).utf8)
    }

    /// A point with its well-known binary form, least significant byte first.
    private static func shown(_ x: Double, _ y: Double) -> String {
        var wkb = ByteWriter()
        wkb.byte(1)
        wkb.word(UInt32(1))
        wkb.word(x.bitPattern)
        wkb.word(y.bitPattern)
        var text = ByteWriter()
        Base64.string(wkb.bytes, into: &text)
        return
            "{\"x\":\(JavaText.number(x)),\"y\":\(JavaText.number(y)),\"wkb\":\(String(decoding: text.bytes, as: UTF8.self)),\"srid\":null}"
    }

    /// A shape: its extended well-known binary form, which holds its reference system, and that again as a number.
    static func geometry(_ kind: String) -> ValueCodec {
        unsafe ValueCodec(
            ConnectSchema.structure(
                "io.debezium.data.geometry.\(kind)", doc: kind,
                [
                    ConnectSchema("bytes").json(isOptional: false, field: "wkb"),
                    ConnectSchema("int32").json(isOptional: true, field: "srid"),
                ]),
            // An empty collection.
            zero: "{\"wkb\":\"AQcAAAAAAAAA\",\"srid\":null}"
        ) { text, out throws(DecodeFailure) in
            guard let bytes = unsafe Hexadecimal.bytes(text), bytes.count >= 5 else {
                throw DecodeFailure("a shape that is not hexadecimal")
            }
            out.raw("{\"wkb\":".utf8)
            Base64.string(bytes, into: &out)
            let word = { (at: Int) in bytes[at..<at + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
            let hasSystem = bytes[0] == 1 && bytes.count >= 9 && word(1) & 0x2000_0000 != 0
            out.raw(",\"srid\":\(hasSystem ? String(word(5)) : "null")}".utf8)
        }
    }
}
