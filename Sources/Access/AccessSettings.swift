public import StreamCore

/// Who has to say who they are, by what they are known, and how much they may ask.
public struct AccessSettings: Sendable {
    /// Whether somebody who does not say who they are is refused.
    public var isRequired: Bool
    /// What the machine's own token is; `nil`: there is none.
    public var machineToken: Secret?
    /// How bearer tokens are judged; `nil`: none are taken.
    public var tokens: TokenRules?
    /// What each principal may ask; `nil`: as much as it wants.
    public var perPrincipal: RateLimit?
    /// What may be asked from each address; `nil`: as much as it wants.
    public var perAddress: RateLimit?
    /// How many refused logins an address has before it has to wait.
    public var refusals = RateLimit(perSecond: 0.2, burst: 20)

    /// Settings without keys or limits.
    public init(isRequired: Bool) { self.isRequired = isRequired }
}
