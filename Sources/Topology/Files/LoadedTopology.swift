public import Dataflow
public import EventLog
internal import YAML

/// What a topology folder says, each file checked by itself; whether its jobs fit the program is for `deployments(catalog:)`.
public struct LoadedTopology: Sendable {
    /// `cluster.yaml`.
    public let cluster: ClusterSettings
    /// The topics of `topics.yaml`, in the order written.
    public let topics: [TopicSpec]
    /// What some of the topics begin with.
    public let seeds: [TopicSeed]
    /// The topic in which the source of another says how far it has come (`led-by`), by that other's name.
    let leaders: [String: String]
    /// The other files, by file name.
    public let jobs: [JobDeclaration]

    /// The jobs that do not run for want of a database.
    public var leftOut: [LeftOutJob] {
        jobs.compactMap { job in job.needs.flatMap { cluster.databases[$0] == nil ? LeftOutJob(job: job.job, needs: $0) : nil } }
    }

    /// The jobs made ready to run, those left out excepted: settings read by the job, ports bound to declared topics, plans laid out. Every problem of every job
    /// is thrown at once. Called by `check`, `plan`, `apply` and at every start.
    public func deployments(catalog: JobCatalog) throws(TopologyFailure) -> [JobDeployment] {
        var resolver = JobResolver(catalog: catalog, topics: topics, leaders: leaders)
        let deployments = resolver.resolve(jobs.map { $0.chosen(with: cluster.databases) })
        try resolver.problems.throwAll()
        return running(deployments)
    }

    /// Those of them that have what they need; the others are checked all the same.
    fileprivate func running(_ deployments: [JobDeployment]) -> [JobDeployment] {
        let names = leftOut.map(\.job)
        return deployments.filter { !names.contains($0.name) }
    }
}

extension TopologyFolder {
    /// Reads every file. `environment` is what `${NAME}` and `${NAME:-default}` stand for. Throws every problem of the files themselves;
    /// what only the job catalog can tell comes with `LoadedTopology.deployments(catalog:)`.
    public func load(environment: [String: String]) throws(TopologyFailure) -> LoadedTopology {
        let reading = TopologyReading(self, environment)
        try reading.problems.throwAll()
        return reading.loaded
    }

    /// Reads every file and makes its jobs ready in one step, throwing the problems of both kinds together: what `check` shows.
    public func deploy(
        environment: [String: String], catalog: JobCatalog
    ) throws(TopologyFailure) -> (topology: LoadedTopology, deployments: [JobDeployment]) {
        let reading = TopologyReading(self, environment)
        var resolver = JobResolver(catalog: catalog, topics: reading.topicsAreKnown ? reading.topics : nil, leaders: reading.leaders)
        let deployments = resolver.resolve(reading.jobs.map { $0.chosen(with: reading.loaded.cluster.databases) })
        var problems = reading.problems
        problems.add(resolver.problems)
        try problems.throwAll()
        return (reading.loaded, reading.loaded.running(deployments))
    }
}
