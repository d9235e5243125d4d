/// In which form a fleet says what becomes of its loads and where its trucks are.
public enum SimulatedVoice: String, Sendable, CaseIterable {
    /// As commands, which an owner accepts or refuses: what a dispatcher's screen and a truck's box send. Carriers, vehicles, drivers and
    /// routes are created by command too. What is no request (duty entries, audit records, places) is published as it is.
    case commands
    /// As the events and snapshots that an owner would have published: for jobs tried without one.
    case events
}
