internal import StreamCore

/// Text and numbers as Debezium's Java writes them into JSON.
enum JavaText {
    /// A text as a JSON string.
    static func quoted(_ text: String) -> String {
        var writer = ByteWriter()
        var text = text
        text.withUTF8 { unsafe string(UnsafeRawBufferPointer($0), into: &writer) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// UTF-8 bytes as a JSON string, escaped as Jackson does: what lies beyond the basic plane as two escapes, hexadecimal in capitals.
    static func string(_ utf8: UnsafeRawBufferPointer, into out: inout ByteWriter) {
        out.byte(0x22)
        unsafe escaped(utf8, into: &out)
        out.byte(0x22)
    }

    /// The same of an array of bytes.
    static func string(_ utf8: [UInt8], into out: inout ByteWriter) { unsafe utf8.withUnsafeBytes { unsafe string($0, into: &out) } }

    private static func escaped(_ utf8: UnsafeRawBufferPointer, into out: inout ByteWriter) {
        var clean = 0
        var at = 0
        while at < utf8.count {
            let byte = unsafe utf8[at]
            if byte >= 0x20, byte != 0x22, byte != 0x5c, byte < 0xf0 {
                at += 1
                continue
            }
            unsafe out.raw(UnsafeRawBufferPointer(rebasing: utf8[clean..<at]))
            let length = byte < 0xf0 ? 1 : min(4, utf8.count - at)
            if byte < 0xf0 {
                control(byte, into: &out)
            } else {
                unsafe pair(UnsafeRawBufferPointer(rebasing: utf8[at..<at + length]), into: &out)
            }
            at += length
            clean = at
        }
        unsafe out.raw(UnsafeRawBufferPointer(rebasing: utf8[clean...]))
    }

    private static func control(_ byte: UInt8, into out: inout ByteWriter) {
        switch byte {
        case 0x22: out.raw(#"\""#.utf8)
        case 0x5c: out.raw(#"\\"#.utf8)
        case 0x08: out.raw(#"\b"#.utf8)
        case 0x09: out.raw(#"\t"#.utf8)
        case 0x0a: out.raw(#"\n"#.utf8)
        case 0x0c: out.raw(#"\f"#.utf8)
        case 0x0d: out.raw(#"\r"#.utf8)
        default: unit(UInt16(byte), into: &out)
        }
    }

    /// A character of four bytes as two UTF-16 escapes.
    private static func pair(_ bytes: UnsafeRawBufferPointer, into out: inout ByteWriter) {
        for unit in unsafe String(decoding: bytes, as: UTF8.self).utf16 { self.unit(unit, into: &out) }
    }

    private static func unit(_ unit: UInt16, into out: inout ByteWriter) {
        out.raw(#"\u"#.utf8)
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(unit >> UInt16(shift) & 15)
            out.byte(digit < 10 ? 48 + digit : 55 + digit)
        }
    }

    /// A double as `Double.toString` has it: `1.0`, `1.0E10`; one that is not finite as a JSON string.
    static func number(_ value: Double) -> String {
        value.isFinite ? plain(value.description, zero: value == 0, magnitude: abs(value)) : "\"\(special(value))\""
    }

    /// A float as `Float.toString` has it.
    static func number(_ value: Float) -> String {
        value.isFinite ? plain(value.description, zero: value == 0, magnitude: Double(abs(value))) : "\"\(special(Double(value)))\""
    }

    private static func special(_ value: Double) -> String { value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }

    /// Swift's shortest digits in Java's layout: plain from a thousandth up to ten million, else with an exponent.
    private static func plain(_ text: String, zero: Bool, magnitude: Double) -> String {
        if zero { return text.hasPrefix("-") ? "-0.0" : "0.0" }
        let sign = text.hasPrefix("-") ? "-" : ""
        let (digits, point) = decimal(text)
        if magnitude >= 1e-3, magnitude < 1e7 {
            if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)" }
            if point >= digits.count { return "\(sign)\(digits)\(String(repeating: "0", count: point - digits.count)).0" }
            return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
        }
        return "\(sign)\(digits.prefix(1)).\(digits.count > 1 ? String(digits.dropFirst()) : "0")E\(point - 1)"
    }

    /// The significant digits, and how many of them stand before the point.
    private static func decimal(_ text: String) -> (digits: String, point: Int) {
        let parts = text.drop { $0 == "-" }.split(separator: "e")
        let halves = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false)
        let (whole, fraction) = (halves.first ?? "", halves.count > 1 ? halves[1] : "")
        let exponent = parts.count > 1 ? Int(parts[1].drop { $0 == "+" }) ?? 0 : 0
        let all = whole + fraction
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return (digits, whole.count + exponent - leading)
    }
}
