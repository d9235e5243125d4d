/// A way to sign tokens, by its name in their headers. Each needs a public key; none and the shared-secret ones are not among them.
public enum SignatureAlgorithm: String, CaseIterable, Hashable, Sendable {
    /// RSA of 2048 bits or more with SHA-256, PKCS #1 v1.5.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
}
