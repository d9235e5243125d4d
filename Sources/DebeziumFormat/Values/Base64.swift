internal import StreamCore

/// Bytes as text of RFC 4648.
enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Appends bytes with padding.
    static func append(_ bytes: [UInt8], isURLSafe: Bool = false, to out: inout ByteWriter) {
        let letters = isURLSafe ? urlSafe : standard
        var at = 0
        while at < bytes.count {
            let count = min(3, bytes.count - at)
            var group = UInt32(bytes[at]) << 16
            if count > 1 { group |= UInt32(bytes[at + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[at + 2]) }
            out.byte(letters[Int(group >> 18)])
            out.byte(letters[Int(group >> 12 & 63)])
            out.byte(count > 1 ? letters[Int(group >> 6 & 63)] : 0x3d)
            out.byte(count > 2 ? letters[Int(group & 63)] : 0x3d)
            at += 3
        }
    }

    /// Appends bytes as a JSON string.
    static func string(_ bytes: [UInt8], isURLSafe: Bool = false, into out: inout ByteWriter) {
        out.byte(0x22)
        append(bytes, isURLSafe: isURLSafe, to: &out)
        out.byte(0x22)
    }
}

/// Bytes as hexadecimal digits.
enum Hexadecimal {
    /// The bytes that digits stand for; `nil` where they are none.
    static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = value(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }

    /// Small letters.
    static func text(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte in [byte >> 4, byte & 15].map { $0 < 10 ? 48 + $0 : 87 + $0 } }
    }
}
