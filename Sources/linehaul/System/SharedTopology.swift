internal import EventLog
internal import StreamCore
internal import Topology

/// What all processes of a cluster run: the topic that has it, and how far this process has taken it up. The job host's alone.
final class SharedTopology {
    /// This process's own folder, whose `cluster.yaml` stays.
    let own: TopologyFolder
    /// The version that runs here; `nil` while nothing was applied.
    private(set) var version: Offset?
    /// When that was applied.
    private(set) var appliedAt: EventTime?
    private let topic: TopologyTopic
    private let address: String
    /// What is to be taken up next.
    private var pending: AppliedTopology?

    /// The topic of that cluster in `log`, for a process that is reached at `address`.
    init(_ log: any EventLog, cluster: String, own: TopologyFolder, address: String) {
        topic = TopologyTopic(log, cluster: cluster)
        self.own = own
        self.address = address
    }

    /// What was applied last; counted as taken up.
    func begin() throws(LogFailure) -> AppliedTopology? {
        let newest = try topic.newest()
        if let newest { took(newest) }
        return newest
    }

    /// What was applied since and not taken up yet; again and again until it is.
    func next() throws(LogFailure) -> AppliedTopology? {
        if let newer = try topic.next() { pending = newer }
        if let pending, let version, pending.version <= version { self.pending = nil }
        return pending
    }

    /// That version runs here, or never will.
    func took(_ applied: AppliedTopology) {
        version = applied.version
        appliedAt = applied.at
        pending = nil
    }

    /// Has the whole cluster run `folder`; it counts as taken up here.
    func announce(_ folder: TopologyFolder) throws(LogFailure) {
        let now = SystemClock.now()
        version = try topic.append(folder, at: now, by: address)
        appliedAt = now
    }

    /// Ends it; before the log is closed.
    func close() { topic.close() }
}
