/// Why a listener could not start, and what may help.
public struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, as far as callers act on it.
    public enum Kind: Hashable, Sendable {
        /// Something listens at that address already.
        case addressInUse
        /// The address is not one of this machine's, or is no address.
        case addressUnknown
        /// This user may not listen at that port.
        case notPermitted
        /// The certificate or its key cannot be used.
        case certificate
        /// The system is out of something.
        case system
    }

    /// What kind of failure.
    public let kind: Kind
    /// What was being done, what happened and what to do, for people: "listening at 127.0.0.1:8080: …".
    public let reason: String

    /// A failure of that kind.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    public var description: String { reason }
}
