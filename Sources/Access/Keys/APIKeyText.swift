internal import StreamCore
internal import Tokens

/// The text of an API key: `lh_`, 12 hexadecimal digits to recognise it by, `_`, and 32 random bytes in base64url. It exists where it is
/// made and with its holder; everything else keeps its digest.
public struct APIKeyText: Hashable, Sendable {
    private static let mark = "lh_"
    private static let digits = 12
    /// Letters of the whole text.
    static let length = 3 + 12 + 1 + 43

    /// The whole text: shown once, put into no log.
    public let revealed: String

    /// A new one; `nil` where the system gives no random bytes.
    public static func random() -> APIKeyText? {
        guard let name = secureRandomBytes(digits / 2), let secret = secureRandomBytes(32) else { return nil }
        return APIKeyText(revealed: mark + hex(name) + "_" + Base64.url.encode(secret))
    }

    /// The key that a text is; `nil` where it has not a key's form.
    public init?(_ text: String) {
        let letters = Array(text.utf8)
        let name = letters.dropFirst(3).prefix(APIKeyText.digits)
        guard letters.count == APIKeyText.length, text.hasPrefix(APIKeyText.mark), letters[15] == UInt8(ascii: "_"),
            name.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 })
        else { return nil }
        self.init(revealed: text)
    }

    private init(revealed: String) { self.revealed = revealed }

    /// How it begins, to recognise it by; not secret.
    public var prefix: String { String(revealed.prefix(3 + APIKeyText.digits)) }

    /// The SHA-256 digest of the text, in hexadecimal digits. A text of 256 random bits needs no slower one.
    public var digest: String { APIKeyText.hex(sha256(Array(revealed.utf8))) }

    private static func hex(_ bytes: [UInt8]) -> String {
        let letters = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [letters[Int($0 >> 4)], letters[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension APIKeyText: CustomStringConvertible, CustomReflectable {
    public var description: String { prefix + "_•••" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
