extension ClusterSettings {
    /// Whose bearer tokens are taken.
    public struct Tokens: Hashable, Sendable {
        /// Where the issuer's keys are, as a JSON Web Key Set: a file, or an `https://` or `http://` URL.
        public var keys: String
        /// Who issues them: their `iss`.
        public var issuer: String
        /// For whom they are: one of their `aud`.
        public var audience: String
        /// How far the issuer's clock may be from ours.
        public var skew = Duration.seconds(60)
        /// The claim with the user's id.
        public var userClaim = "sub"
        /// The claim with the role.
        public var roleClaim = "role"
        /// The claim with the carrier that somebody is limited to.
        public var carrierClaim = "carrier_id"
        /// The claim with the driver that somebody is.
        public var driverClaim = "driver_id"

        /// Tokens of that issuer for that audience, with the usual claims.
        public init(keys: String, issuer: String, audience: String) {
            self.keys = keys
            self.issuer = issuer
            self.audience = audience
        }
    }

    /// How many requests a second may be made in the long run; `nil`: as many as somebody likes.
    public struct Limits: Hashable, Sendable {
        /// By each principal.
        public var principal: Int?
        /// From each address.
        public var address: Int?

        /// No limits.
        public init() {}
    }
}
