/// A service that could not be brought up, or did not last.
public struct ServiceFailure: Error, CustomStringConvertible {
    /// What it was doing.
    public enum Phase: String, Sendable {
        /// `start` threw.
        case starting
        /// `run` threw.
        case running
    }

    /// The service's name.
    public let service: String
    /// What it was doing.
    public let phase: Phase
    /// What it threw.
    public let cause: any Error

    /// `starting inspection: address in use`.
    public var description: String { "\(phase.rawValue) \(service): \(cause)" }
}
