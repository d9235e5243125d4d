public import StreamCore
internal import Tokens
internal import Wire

/// A bearer token taken apart, its header read; who it makes somebody is known once it is verified.
public struct BearerToken: Sendable {
    private let token: CompactToken
    private let algorithm: SignatureAlgorithm
    private let keyID: String?

    /// Header members that mean something here; others are left alone, but none may be critical.
    private static let types: Set<String> = ["jwt", "at+jwt"]

    /// The token of that text. Refused: what is no token, and what asks to be verified in a way that is not done here.
    public init(_ text: some StringProtocol) throws(TokenRefusal) {
        guard let token = CompactToken(text), let header = try? JSON(parsing: token.header), let members = header.members else {
            throw .malformed
        }
        // Equal names would leave it to each reader which one it takes.
        guard Set(members.map(\.name)).count == members.count, header["crit"] == nil,
            let algorithm = header["alg"]?.string.flatMap({ SignatureAlgorithm(rawValue: $0) })
        else { throw .header }
        if let type = header["typ"] {
            guard var name = type.string?.lowercased() else { throw .header }
            if name.hasPrefix("application/") { name.removeFirst("application/".count) }
            guard BearerToken.types.contains(name) else { throw .header }
        }
        if let id = header["kid"], id.string == nil { throw .header }
        self.token = token
        self.algorithm = algorithm
        keyID = header["kid"]?.string
    }

    /// Who its bearer is, by those keys and rules, and until when that holds.
    public func verified(
        by keys: KeySet, _ rules: TokenRules, now: EventTime
    ) throws(TokenRefusal) -> (principal: Principal, until: EventTime) {
        let candidates = keys.candidates(algorithm, id: keyID)
        guard !candidates.isEmpty else { throw .unknownKey }
        guard candidates.contains(where: { $0.verifies(token) }) else { throw .signature }
        guard let claims = try? JSON(parsing: token.payload), claims.members != nil else { throw .malformed }
        let audiences = claims["aud"]?.array ?? [claims["aud"] ?? .null]
        guard claims["iss"]?.string == rules.issuer, audiences.contains(.string(rules.audience)) else { throw .foreign }
        guard let end = BearerToken.instant(claims["exp"]) else { throw .expired }
        let until = end.advanced(by: rules.skew)
        guard now < until else { throw .expired }
        if let start = claims["nbf"] {
            guard let start = BearerToken.instant(start), start <= now.advanced(by: rules.skew) else { throw .early }
        }
        let roles = claims[rules.roleClaim]?.array ?? [claims[rules.roleClaim] ?? .null]
        guard let user = claims[rules.userClaim]?.string, !user.isEmpty,
            let role = roles.lazy.compactMap({ $0.string.flatMap { Role(anyCase: $0) } }).first
        else { throw .anonymous }
        let principal = Principal(
            userID: user, role: role, carrierID: try BearerToken.id(claims[rules.carrierClaim]),
            driverID: try BearerToken.id(claims[rules.driverClaim]), evidence: .token(issuer: rules.issuer))
        return (principal, until)
    }

    /// A limit that is there but cannot be read must not be taken for none.
    private static func id(_ claim: JSON?) throws(TokenRefusal) -> String? {
        guard let claim, claim != .null else { return nil }
        guard let text = claim.string, !text.isEmpty else { throw .anonymous }
        return text.lowercased()
    }

    /// Seconds since 1970, whole or not; `nil` for what no clock shows.
    private static func instant(_ claim: JSON?) -> EventTime? {
        guard let seconds = claim?.number, seconds >= 0, seconds < 253_402_300_800 else { return nil }
        return EventTime(microseconds: Int64(seconds * 1_000_000))
    }
}
