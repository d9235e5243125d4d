/// Who a request is from, and what they may: decided once at the edge, from a key, a token or, where authentication is off, a header.
public struct Principal: Hashable, Sendable {
    /// How it is known who that is.
    public enum Evidence: Hashable, Sendable {
        /// They say so themselves, or nobody does: authentication is off.
        case asserted
        /// They have the token that lies in the data directory of the machine.
        case machine
        /// They have the API key of that id.
        case key(id: String)
        /// They have a token that this issuer signed.
        case token(issuer: String)
    }

    /// The user, as audit records and events name them; `nil` for nobody in particular.
    public var userID: String?
    /// What they may do.
    public var role: Role
    /// The carrier whose things alone they see and change; `nil` for no limit.
    public var carrierID: String?
    /// Which driver somebody of the role `driver` is.
    public var driverID: String?
    /// How it is known.
    public var evidence: Evidence

    /// A principal of those parts. Somebody of the role `driver` is the driver of their user id unless said otherwise.
    public init(userID: String?, role: Role, carrierID: String? = nil, driverID: String? = nil, evidence: Evidence) {
        self.userID = userID
        self.role = role
        self.carrierID = carrierID
        self.driverID = role == .driver ? driverID ?? userID : driverID
        self.evidence = evidence
    }

    /// Whom a request is from where authentication is off: anybody, under the name that they give.
    public static func anybody(named userID: String?) -> Principal {
        Principal(userID: userID, role: .admin, evidence: .asserted)
    }

    /// Whether they may do what needs `right`; `driver` is the driver whom it is about, where it is about one.
    public func may(_ right: Right, driver: String? = nil) -> Bool {
        guard role.rights.contains(right) else { return false }
        return role != .driver || driver != nil && driver == driverID
    }

    /// Whether they see and may change what belongs to that carrier; what belongs to none is nobody's who is limited to one.
    public func reaches(thingsOf carrier: String?) -> Bool { carrierID == nil || carrierID == carrier }

    /// Who draws from one allowance of requests: the same user by the same evidence.
    public var allowance: String {
        switch evidence {
        case .asserted: userID.map { "user \($0)" } ?? "nobody"
        case .machine: "machine"
        case .key(let id): "key \(id)"
        case .token(let issuer): "token \(issuer) \(userID ?? "")"
        }
    }
}
