internal import StreamCore

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
    /// Until when what was shown is good; without end for what does not come in.
    let until: EventTime

    init(decision: Decision, allowance: Allowance?, until: EventTime = .distantFuture) {
        (self.decision, self.allowance, self.until) = (decision, allowance, until)
    }

    /// The principal of one that was admitted.
    public var principal: Principal? { if case .admitted(let principal) = decision { principal } else { nil } }
}
