public import StreamCore
public import Tokens
internal import Wire

/// The keys of an issuer (RFC 7517): what its tokens are verified with.
public struct KeySet: Sendable {
    /// Those that can be used.
    public let keys: [VerificationKey]
    /// Why others cannot, a reason each.
    public let unusable: [String]
    /// What tells the document from another.
    let digest: [UInt8]
    /// The most that are taken of one set.
    public static let most = 100

    /// No keys.
    public static let none = KeySet()

    private init() { (keys, unusable, digest) = ([], [], []) }

    /// The set of a JSON document; the failure says why it is none.
    public init(parsing bytes: [UInt8]) throws(DecodeFailure) {
        guard let members = try JSON(parsing: bytes)["keys"]?.array else {
            throw DecodeFailure("a key set without an array `keys`")
        }
        var (keys, unusable): ([VerificationKey], [String]) = ([], [])
        for member in members.prefix(KeySet.most) {
            do throws(KeyFailure) {
                keys.append(try VerificationKey(jwk: member))
            } catch {
                unusable.append(error.reason)
            }
        }
        (self.keys, self.unusable) = (keys, unusable)
        digest = sha256(bytes)
    }

    /// The keys that may have signed a token: of its algorithm, and of the name that it gives, where it gives one.
    func candidates(_ algorithm: SignatureAlgorithm, id: String?) -> [VerificationKey] {
        keys.filter { $0.algorithm == algorithm && (id == nil || $0.id == id) }
    }
}
