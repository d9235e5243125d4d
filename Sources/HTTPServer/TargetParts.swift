/// A request target's path and query, still encoded.
struct TargetParts {
    let path: Substring
    let query: Substring

    /// Splits "/path?query"; a proxy's form "http://host/path?query" loses its host, a fragment is dropped.
    init(_ target: String) {
        // Bytes, not characters: a combining mark behind a separator would hide it.
        var rest = target.utf8[...]
        if rest.first != UInt8(ascii: "/"), let scheme = rest.firstRange(of: "://".utf8) {
            rest = rest[scheme.upperBound...]
            rest = rest[(rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex)...]
        }
        rest = rest.prefix { $0 != UInt8(ascii: "#") }
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        path = Substring(rest[..<mark])
        query = Substring(rest[mark...].dropFirst())
    }
}

/// The text that percent-encoded text stands for. A percent sign without two digits stands for itself, bytes that are not UTF-8 for U+FFFD.
func percentDecoded(_ text: Substring) -> String {
    percentDecoded(text.utf8, plusIsSpace: false)
}

/// The same, where a form's plus sign may be a space.
func percentDecoded(_ bytes: Substring.UTF8View, plusIsSpace: Bool) -> String {
    // Most text stands for itself.
    if !bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) { return String(Substring(bytes)) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(digit), let low = rest.dropFirst().first.flatMap(digit) {
            decoded.append(high << 4 | low)
            rest = rest.dropFirst(2)
        } else {
            decoded.append(byte == UInt8(ascii: "+") && plusIsSpace ? UInt8(ascii: " ") : byte)
        }
    }
    return String(decoding: decoded, as: UTF8.self)
}

private func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
