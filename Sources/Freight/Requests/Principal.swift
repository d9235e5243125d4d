/// On whose behalf a command comes: the gateway has checked who it is, owners check whose things it may change.
public struct Principal: Hashable, Sendable {
    /// The user; nil where nobody is logged in or a job asks.
    public var userID: String?
    /// The carrier whose things alone it may change; nil for no limit.
    public var carrierID: EntityID?

    /// A principal of those parts.
    public init(userID: String? = nil, carrierID: EntityID? = nil) {
        self.userID = userID
        self.carrierID = carrierID
    }

    /// Nobody in particular, without limits.
    public static let nobody = Principal()

    /// Whether what belongs to `carrier` is within its limits.
    public func mayChange(thingsOf carrier: EntityID?) -> Bool { carrierID == nil || carrierID == carrier }
}
