/// Bytes as text of RFC 4648: base64 with `+`, `/` and padding, or base64url with `-`, `_` and none, as tokens have it.
public enum Base64: Sendable {
    /// `+`, `/`, padded.
    case standard
    /// `-`, `_`, not padded.
    case url

    /// The text of those bytes.
    public func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var (bits, width) = (UInt32(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            width += 8
            while width >= 6 {
                width -= 6
                text.append(letter(bits >> UInt32(width) & 63))
            }
        }
        if width > 0 { text.append(letter(bits << UInt32(6 - width) & 63)) }
        if case .standard = self { while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) } }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that a text means; `nil` where it is not exactly what `encode` would write, so that a value has one text.
    public func decode(_ text: some StringProtocol) -> [UInt8]? {
        var letters = Array(text.utf8)
        if case .standard = self {
            guard letters.count % 4 == 0 else { return nil }
            while letters.last == UInt8(ascii: "="), letters.count % 4 != 1 { letters.removeLast() }
        }
        guard letters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count * 3 / 4)
        var (bits, width) = (UInt32(0), 0)
        for letter in letters {
            guard let value = value(of: letter) else { return nil }
            bits = bits << 6 | value
            width += 6
            if width >= 8 {
                width -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
            }
        }
        // Bits beyond the last byte must be zero.
        guard bits & (1 << UInt32(width) - 1) == 0 else { return nil }
        return bytes
    }

    private func letter(_ value: UInt32) -> UInt8 {
        switch UInt8(value) {
        case let value where value < 26: UInt8(ascii: "A") + value
        case let value where value < 52: UInt8(ascii: "a") + value - 26
        case let value where value < 62: UInt8(ascii: "0") + value - 52
        case 62: self == .url ? UInt8(ascii: "-") : UInt8(ascii: "+")
        default: self == .url ? UInt8(ascii: "_") : UInt8(ascii: "/")
        }
    }

    private func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case self.letter(62): 62
        case self.letter(63): 63
        default: nil
        }
    }
}
