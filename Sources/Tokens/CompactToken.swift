/// A token in its compact form (RFC 7515, section 7.1) taken apart: nothing in it is believed before its signature has been verified.
public struct CompactToken: Hashable, Sendable {
    /// The longest that is taken: more than any header field may have anyway.
    public static let longest = 16 * 1024

    /// The header's bytes: JSON, unless somebody made it up.
    public let header: [UInt8]
    /// What it says.
    public let payload: [UInt8]
    /// The signature over the first two parts of the text.
    public let signature: [UInt8]
    /// The whole text.
    let text: [UInt8]
    /// How much of the text is signed.
    let signedCount: Int

    /// The token of that text; `nil` where it is not three parts of base64url.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard bytes.count <= CompactToken.longest, parts.count == 3, let header = Base64.url.decode(parts[0]), !header.isEmpty,
            let payload = Base64.url.decode(parts[1]), let signature = Base64.url.decode(parts[2]), !signature.isEmpty
        else { return nil }
        (self.header, self.payload, self.signature, self.text) = (header, payload, signature, bytes)
        signedCount = parts[0].utf8.count + 1 + parts[1].utf8.count
    }
}
