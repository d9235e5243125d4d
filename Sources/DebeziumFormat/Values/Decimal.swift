internal import StreamCore

/// A number with exact places: its digits as one whole number, and how many of them stand behind the point.
struct Decimal {
    /// The digits, most significant first, none of them leading zeros but for a single one.
    var digits: [UInt8]
    var isNegative: Bool
    var scale: Int

    /// Reads what the server writes of `numeric`, or what is left of `money` without its signs of currency; `nil` for NaN and infinities.
    init?(_ text: some Collection<UInt8>) {
        var digits: [UInt8] = []
        var scale: Int?
        var isNegative = false
        for byte in text {
            switch byte {
            case 0x2d: isNegative = true
            case 0x2e: scale = 0
            case 48...57:
                digits.append(byte - 48)
                scale = scale.map { $0 + 1 }
            default: return nil
            }
        }
        guard !digits.isEmpty else { return nil }
        self.digits = digits
        self.isNegative = isNegative
        self.scale = scale ?? 0
        trimLeading()
    }

    private mutating func trimLeading() {
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(min(zeros, digits.count - 1))
    }

    /// The same number with that many places; what lies behind them is cut.
    mutating func scaled(to places: Int) {
        if places >= scale {
            if digits != [0] { digits += Array(repeating: 0, count: places - scale) }
        } else {
            digits.removeLast(min(scale - places, digits.count))
            if digits.isEmpty { digits = [0] }
        }
        scale = places
    }

    /// The same number without zeros at the end of its places.
    mutating func stripped() {
        while scale > 0, digits.last == 0, digits.count > 1 {
            digits.removeLast()
            scale -= 1
        }
        if digits == [0] { scale = 0 }
    }

    /// The unscaled number in the fewest bytes of two's complement, most significant first: Java's `BigInteger.toByteArray`.
    var unscaledBytes: [UInt8] {
        var words: [UInt32] = []
        for start in stride(from: 0, to: digits.count, by: 9) {
            let group = digits[start..<min(start + 9, digits.count)]
            var carry = group.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
            let factor = (0..<group.count).reduce(UInt64(1)) { product, _ in product * 10 }
            for index in words.indices {
                carry += UInt64(words[index]) * factor
                words[index] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            if carry > 0 { words.append(UInt32(carry)) }
        }
        var bytes = words.reversed().flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
        let zeros = bytes.prefix { $0 == 0 }.count
        bytes.removeFirst(zeros)
        bytes.insert(0, at: 0)
        if isNegative {
            for index in bytes.indices { bytes[index] = ~bytes[index] }
            for index in bytes.indices.reversed() {
                bytes[index] &+= 1
                if bytes[index] != 0 { break }
            }
        }
        while bytes.count > 1, bytes[0] == 0 && bytes[1] < 0x80 || bytes[0] == 0xff && bytes[1] >= 0x80 { bytes.removeFirst() }
        return bytes
    }

    /// Digits with a point and no exponent.
    var text: String {
        var all = digits.map { Character(Unicode.Scalar($0 + 48)) }
        let sign = isNegative && digits != [0] ? "-" : ""
        if scale <= 0 { return sign + String(all) + String(repeating: "0", count: digits == [0] ? 0 : -scale) }
        if all.count <= scale { all.insert(contentsOf: String(repeating: "0", count: scale - all.count + 1), at: 0) }
        return sign + String(all.dropLast(scale)) + "." + String(all.suffix(scale))
    }
}
