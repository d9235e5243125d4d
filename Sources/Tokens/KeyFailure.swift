/// Why a key of a key set cannot be used to verify signatures.
public struct KeyFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, without anything that the key holds.
    public let reason: String

    init(_ reason: String) { self.reason = reason }

    public var description: String { reason }
}
