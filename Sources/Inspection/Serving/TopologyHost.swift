public import StreamCore
public import Topology

/// Who runs what the topology declares: the composition root. Inspection asks it on behalf of `plan` and `apply`.
public protocol TopologyHost: Sendable {
    /// Whether all that the process begins with is deployed.
    var hasBegun: Bool { get }
    /// What runs, as a plan is compared with it.
    func running() async -> JSON
    /// Brings what runs to what the folder declares, or changes nothing and says why; the answer says what was done.
    func apply(_ folder: TopologyFolder) async throws(Refusal) -> JSON
}
