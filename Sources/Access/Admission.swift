/// What becomes of a request at the door.
public struct Admission: Sendable {
    /// Whether it comes in.
    public enum Decision: Sendable {
        /// It comes in, on behalf of that principal.
        case admitted(Principal)
        /// 401: it does not say who it is from, or nobody knows them.
        case unknown(reason: String)
        /// 429: it is one too many.
        case limited
    }

    /// The decision.
    public let decision: Decision
    /// What is left of the allowance that is nearest to its end; `nil` where nothing is limited.
    public let allowance: Allowance?

    /// The principal of one that was admitted.
    public var principal: Principal? { if case .admitted(let principal) = decision { principal } else { nil } }
}
