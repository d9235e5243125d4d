public import StreamCore

/// What a bearer token must say to be believed once its signature holds (RFC 7519, RFC 8725), and where it says who somebody is.
public struct TokenRules: Hashable, Sendable {
    /// Who must have issued it: its `iss`, letter for letter.
    public var issuer: String
    /// For whom it must be: one of its `aud`.
    public var audience: String
    /// How far the issuer's clock may be from ours.
    public var skew = EventTime.Span(.seconds(60))
    /// The claim with the user's id.
    public var userClaim = "sub"
    /// The claim with the role, or a list of roles of which the first known one counts.
    public var roleClaim = "role"
    /// The claim with the carrier that somebody is limited to.
    public var carrierClaim = "carrier_id"
    /// The claim with the driver that somebody is.
    public var driverClaim = "driver_id"

    /// Rules for tokens of that issuer, for that audience.
    public init(issuer: String, audience: String) {
        self.issuer = issuer
        self.audience = audience
    }
}

/// Why a token is not believed. For the log and for counters; the caller learns only that it is not.
public enum TokenRefusal: String, Error, Hashable, Sendable, CaseIterable {
    /// It is no token.
    case malformed
    /// Its header asks for something that is not done here: an algorithm, an extension, another type.
    case header
    /// No key is known that it could be signed with: perhaps the key set has a new one.
    case unknownKey = "unknown-key"
    /// The signature is not the key's.
    case signature
    /// Another issuer's, or for another audience.
    case foreign
    /// It is not valid any more, or has no end.
    case expired
    /// It is not valid yet.
    case early
    /// It does not say whose it is or what they may.
    case anonymous
}
