/// The forms of texts that deliveries to others need.
extension TextForm {
    static func isURL(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }),
            text.utf8.count <= longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x5c })
        else { return false }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return !authority.isEmpty && !authority.contains("@") && !authority.hasPrefix(":")
    }

    static func isSigningSecret(_ text: String) -> Bool {
        guard text.hasPrefix("whsec_") else { return false }
        let digits = text.utf8.dropFirst(6)
        let filled = digits.prefix { $0 != UInt8(ascii: "=") }
        let padding = digits.dropFirst(filled.count)
        return filled.allSatisfy(isBase64) && digits.count % 4 == 0 && padding.count <= 2
            && padding.allSatisfy { $0 == UInt8(ascii: "=") } && (24...64).contains(filled.count * 3 / 4)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
