public import StreamCore

/// A public key that verifies signatures of one algorithm: one of a JSON Web Key Set (RFC 7517).
///
/// What it is for is fixed by the key, never by the token that is verified with it, so a token cannot choose how it is checked. Any number
/// of threads may verify with one.
public struct VerificationKey: Sendable {
    /// The name by which tokens choose it; `nil` where the set gives it none.
    public let id: String?
    /// What it verifies.
    public let algorithm: SignatureAlgorithm
    private let form: Form

    private enum Form: Sendable {
        case jose(JoseKey)
        case edwards([UInt8])
    }

    /// The smallest RSA key that is taken, in bits (RFC 7518, section 3.3).
    public static let shortestRSA = 2_048

    /// The key of a JWK. Refused: a key for something else than signatures, a shared secret, a curve or an algorithm that is not known here.
    /// Of a private key its public half alone is used.
    public init(jwk: JSON) throws(KeyFailure) {
        guard jwk.members != nil else { throw KeyFailure("a key that is no JSON object") }
        id = jwk["kid"]?.string
        if let use = jwk["use"]?.string, use != "sig" { throw KeyFailure("a key for \(use), not for signatures") }
        if let operations = jwk["key_ops"]?.array, !operations.contains("verify") {
            throw KeyFailure("a key whose key_ops lack verify")
        }
        switch jwk["kty"]?.string {
        case "RSA":
            algorithm = .rs256
            form = .jose(try JoseKey(jwk, ["kty", "n", "e"], shortest: VerificationKey.shortestRSA))
        case "EC":
            guard jwk["crv"] == "P-256" else { throw KeyFailure("an elliptic curve other than P-256") }
            algorithm = .es256
            form = .jose(try JoseKey(jwk, ["kty", "crv", "x", "y"], shortest: 256))
        case "OKP":
            guard jwk["crv"] == "Ed25519" else { throw KeyFailure("an Edwards curve other than Ed25519") }
            guard let point = jwk["x"]?.string.flatMap({ Base64.url.decode($0) }), point.count == 32 else {
                throw KeyFailure("an Ed25519 key whose x is not 32 bytes of base64url")
            }
            algorithm = .edDSA
            form = .edwards(point)
        case "oct": throw KeyFailure("a shared secret: whoever verifies with it could sign with it")
        case let other: throw KeyFailure("a key of type \(other ?? "none"); RSA, EC and OKP are known")
        }
        if let named = jwk["alg"]?.string, named != algorithm.rawValue, !(algorithm == .edDSA && named == "Ed25519") {
            throw KeyFailure("a key for \(named); \(SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")) are known")
        }
    }

    /// Whether the token's signature is this key's over its header and payload. `false` says no more: not whose it is, nor why.
    public func verifies(_ token: CompactToken) -> Bool {
        switch form {
        case .jose(let key): key.verifies(token)
        case .edwards(let point): isEd25519Signature(token.signature, of: token.text.prefix(token.signedCount), by: point)
        }
    }
}
