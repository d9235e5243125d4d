
/// A job with everything it needs to run.
public struct JobDeployment: Sendable {
    /// The job, with its settings read.
    public let job: any Job
    /// Its topics.
    public let bindings: JobBindings
    /// What identifies this deployment: differs when anything declared differs, so that an unchanged job is left running.
    public let fingerprint: String

    /// A deployment of those parts.
    public init(job: any Job, bindings: JobBindings, fingerprint: String) {
        self.job = job
        self.bindings = bindings
        self.fingerprint = fingerprint
    }

    /// The job's name.
    public var name: String { type(of: job).name }

    /// The job's graph over these topics, built anew.
    public func graph() throws(GraphFailure) -> JobGraph {
        try JobGraph(job, inletKeys: bindings.inlets.compactMapValues(\.topic.key))
    }
}
